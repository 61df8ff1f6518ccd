package org.ferrule.system.internal;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Configuration;
import org.ferrule.config.HostNames;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.shell.RunCommand;
import org.ferrule.stream.Network;
import org.ferrule.tls.DeviceTls;

/** {@code run cm pair}: makes a token, or uses one that was made on another appliance. */
final class PairCommand implements RunCommand {
    private static final String ADDRESS = "address";
    private static final String TOKEN = "token";
    private static final String ENDPOINT_KIND = "wom local-endpoint";
    private static final String DEFAULT_PORT = "443";

    private final PairingTokens tokens;
    private final TrustKeeper keeper;
    private final Supplier<Optional<Configuration>> configuration;
    private final Supplier<Optional<Network>> network;
    private final Supplier<Optional<DeviceTls>> tls;

    PairCommand(
            PairingTokens tokens,
            TrustKeeper keeper,
            Supplier<Optional<Configuration>> configuration,
            Supplier<Optional<Network>> network,
            Supplier<Optional<DeviceTls>> tls) {
        this.tokens = tokens;
        this.keeper = keeper;
        this.configuration = configuration;
        this.network = network;
        this.tls = tls;
    }

    @Override
    public String name() {
        return "cm pair";
    }

    @Override
    public String help() {
        return "Make this and another appliance trust each other: without parameters prints a one-time token";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(ADDRESS, "The other appliance's tunnel address and port, such as 192.0.2.1:443"),
                new Parameter(TOKEN, "The token that run cm pair printed there"));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        String address = invocation.arguments().get(ADDRESS);
        String token = invocation.arguments().get(TOKEN);
        if (address == null && token == null) {
            offer(invocation.out());
        } else if (address == null || token == null) {
            throw new ConfigException(
                    "run cm pair takes both " + ADDRESS + " and " + TOKEN + " to use a token, and neither to make one");
        } else {
            invocation.out().println(dial(endpoint(address), token));
        }
    }

    private String dial(InetSocketAddress address, String typed) throws ConfigException {
        PairingToken token = PairingToken.read(typed)
                .orElseThrow(() -> new ConfigException(
                        "This is not a token: it has 32 letters and digits, in groups of four. Run cm pair on the other"
                                + " appliance prints one"));
        Network dialler = network.get().orElseThrow(() -> away("net"));
        DeviceTls prover = tls.get().orElseThrow(() -> away("crypto"));
        PairingParty.Peer peer = new PairingClient(dialler, prover, hostname()).pair(address, token);
        return keeper.trust(peer, address.getAddress());
    }

    private static ConfigException away(String module) {
        return new ConfigException("Pairing is not possible now: module " + module + " is not running");
    }

    private String hostname() {
        return configuration
                .get()
                .map(now -> DeviceRules.hostname(now.running()))
                .orElse(HostNames.DEFAULT);
    }

    private static InetSocketAddress endpoint(String text) throws ConfigException {
        try {
            String host = Addresses.host(text);
            String port = Addresses.port(text);
            return Addresses.endpoint(Addresses.join(host, port.isEmpty() ? DEFAULT_PORT : port));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "\"" + text + "\" is not an address and port, such as 192.0.2.1:443 or 2001:db8::1.443", e);
        }
    }

    private void offer(PrintWriter out) throws ConfigException {
        DeviceTls prover = tls.get().orElseThrow(() -> away("crypto"));
        PairingToken token = tokens.issue()
                .orElseThrow(() -> new ConfigException(PairingTokens.MAX_OUTSTANDING
                        + " tokens are waiting to be used; use one, or wait until they end (each lasts "
                        + PairingTokens.VALID.toMinutes() + " minutes)"));
        List<String> endpoints = endpoints();
        String where = endpoints.isEmpty() ? "ADDRESS:PORT" : endpoints.get(0);
        out.println("One-time token, good for " + PairingTokens.VALID.toMinutes() + " minutes:");
        out.println("    " + token.text());
        out.println("On the other appliance type:");
        out.println("    run cm pair address " + where + " token " + token.text());
        out.println("This appliance is " + hostname() + ", fingerprint " + prover.fingerprint(prover.certificate()));
        if (endpoints.isEmpty()) {
            out.println("It listens for others once it has a tunnel address: modify " + ENDPOINT_KIND
                    + " addresses add { ADDRESS }");
        }
    }

    /** Where the tunnels of this appliance end. Another module owns that; its values are read as plain ones. */
    private List<String> endpoints() {
        Optional<Configuration> now = configuration.get();
        Optional<KindDescriptor> kind = now.flatMap(c -> c.kind(ENDPOINT_KIND));
        if (kind.isEmpty()) {
            return List.of();
        }
        Map<String, Object> values = now.get()
                .running()
                .resolve(kind.get(), ObjectId.singleton(ENDPOINT_KIND))
                .orElse(Map.of());
        String port = values.getOrDefault("tunnel-port", DEFAULT_PORT) instanceof String text ? text : DEFAULT_PORT;
        return values.get("addresses") instanceof List<?>
                ? Values.words(values.get("addresses")).stream()
                        .map(address -> Addresses.join(address, port))
                        .toList()
                : List.of();
    }
}
