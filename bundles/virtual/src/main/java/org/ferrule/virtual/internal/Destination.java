package org.ferrule.virtual.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Subnet;

/**
 * What clients of a virtual server call: a host, a network or anything, and a port or any.
 *
 * @param network the addresses; {@code any} includes IPv6 ones, {@code any6} is IPv6 only
 * @param port the port; 0: any
 */
record Destination(Subnet network, int port) {
    /**
     * Of the properties as they are configured.
     *
     * @param mask {@code 255.255.0.0}, {@code ffff:ffff::}, {@code /16}, {@code any}, {@code any6}; null for one address,
     *     or any where that is any
     * @throws IllegalArgumentException if they do not go together; the message says how they would
     */
    static Destination of(InetSocketAddress endpoint, String mask) {
        InetAddress address = endpoint.getAddress();
        int natural = address.isAnyLocalAddress() ? 0 : Subnet.bits(address);
        int prefix = mask == null
                ? natural
                : prefix(mask, address)
                        .orElseThrow(() -> new IllegalArgumentException("mask cannot be " + mask
                                + ": expected the mask of a network as in "
                                + (Subnet.bits(address) == 32 ? "255.255.0.0" : "ffff:ffff::") + " or /16"));
        Subnet network = new Subnet(address, prefix);
        if (!network.address().equals(address)) {
            throw new IllegalArgumentException("destination " + Addresses.text(address) + " is not the first address of"
                    + " the network that mask " + mask + " makes: that is " + Addresses.text(network.address()));
        }
        if (natural == 0 && prefix != 0) {
            throw new IllegalArgumentException(
                    "mask of destination " + Addresses.any(address) + " can only be " + Addresses.any(address));
        }
        return new Destination(network, endpoint.getPort());
    }

    private static Optional<Integer> prefix(String mask, InetAddress address) {
        if (mask.equals(Addresses.any(address))) {
            return Optional.of(0);
        }
        if (mask.startsWith("/")) {
            return Subnet.prefix(mask.substring(1), address);
        }
        if (!Addresses.isAddress(mask) || Subnet.bits(Addresses.address(mask)) != Subnet.bits(address)) {
            return Optional.empty();
        }
        byte[] bytes = Addresses.address(mask).getAddress();
        int ones = 0;
        for (byte b : bytes) {
            ones += Integer.bitCount(b & 0xFF);
        }
        // Ones after a zero make another mask than so many ones do.
        return Addresses.address(new Subnet(address, ones).mask()).equals(Addresses.address(mask))
                ? Optional.of(ones)
                : Optional.empty();
    }

    /** Whether it is one address. */
    boolean host() {
        return network.one();
    }

    /** Whether it is any address. */
    boolean anywhere() {
        return network.prefix() == 0;
    }

    /** The address, or that of the network. */
    InetAddress address() {
        return network.address();
    }

    /** The address, or the network's, and the port; without the mask. */
    String endpoint() {
        return Addresses.join(
                anywhere() ? Addresses.any(address()) : Addresses.text(address()), Integer.toString(port));
    }

    /** As it is typed: the mask follows where there is a network. */
    String text() {
        return host() || anywhere() ? endpoint() : endpoint() + " mask " + network.mask();
    }
}
