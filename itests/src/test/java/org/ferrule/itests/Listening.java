package org.ferrule.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where processes listen, by the kernel's own account. */
final class Listening {
    private static final String STATE_LISTEN = "0A";

    private Listening() {}

    /** Addresses and ports of the TCP sockets on which any of the processes listens. */
    static List<String> of(List<Long> pids) throws IOException {
        Set<String> inodes = new HashSet<>();
        for (long pid : pids) {
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                for (Path descriptor : descriptors.toList()) {
                    inodes.add(target(descriptor));
                }
            }
        }
        List<String> listening = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net/" + table))) {
                String[] column = line.trim().split("\\s+");
                if (column[3].equals(STATE_LISTEN) && inodes.contains("socket:[" + column[9] + "]")) {
                    listening.add(address(column[1]));
                }
            }
        }
        return listening;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** The kernel writes each 32-bit word of the address in the machine's own order; these machines are little-endian. */
    private static String address(String hex) throws IOException {
        byte[] address = HexFormat.of().parseHex(hex.substring(0, hex.indexOf(':')));
        for (int word = 0; word < address.length; word += 4) {
            swap(address, word, word + 3);
            swap(address, word + 1, word + 2);
        }
        InetAddress readable = InetAddress.getByAddress(address);
        return readable.getHostAddress() + ":" + Integer.parseInt(hex.substring(hex.indexOf(':') + 1), 16);
    }

    private static void swap(byte[] bytes, int a, int b) {
        byte held = bytes[a];
        bytes[a] = bytes[b];
        bytes[b] = held;
    }
}
