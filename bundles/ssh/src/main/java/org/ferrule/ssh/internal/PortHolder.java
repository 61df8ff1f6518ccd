package org.ferrule.ssh.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;

/** Finds out who holds a TCP port, for a message: an object of the configuration, or a process as Linux tells it. */
final class PortHolder {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";

    private PortHolder() {}

    /** In words: "ltm virtual /Common/web", "process 812 (nginx)". */
    static String describe(InetSocketAddress endpoint, ConfigTree tree) {
        return object(endpoint.getPort(), tree)
                .or(() -> process(endpoint.getPort()))
                .orElse("another program");
    }

    private static Optional<String> object(int port, ConfigTree tree) {
        return tree.ids().stream()
                .filter(id -> !id.equals(Sshd.ID))
                .flatMap(id -> tree.get(id).stream())
                .filter(object -> endsIn(object, port))
                .map(ConfigObject::id)
                .map(ObjectId::toString)
                .findFirst();
    }

    private static boolean endsIn(ConfigObject object, int port) {
        for (Map.Entry<String, Object> property : object.properties().entrySet()) {
            if (property.getKey().equals("destination")
                    && property.getValue() instanceof String text
                    && Addresses.port(text).equals(Integer.toString(port))) {
                return true;
            }
        }
        return false;
    }

    /** Whether this very process listens at the port, at whichever address. */
    static boolean isThisProcess(int port) {
        return holds(PROC.resolve("self"), sockets(port));
    }

    private static Set<String> sockets(int port) {
        Set<String> sockets = new HashSet<>(sockets(PROC.resolve("net/tcp"), port));
        sockets.addAll(sockets(PROC.resolve("net/tcp6"), port));
        return sockets;
    }

    private static Optional<String> process(int port) {
        Set<String> sockets = sockets(port);
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(named(process));
                }
            }
        } catch (IOException e) {
            // Only a message is the poorer for it.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Set<String> sockets(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> found = new HashSet<>();
        try {
            for (String line : Files.readAllLines(table)) {
                List<String> columns = List.of(line.trim().split("\\s+"));
                if (columns.size() > 9
                        && columns.get(1).endsWith(suffix)
                        && columns.get(3).equals(LISTEN)) {
                    found.add("socket:[" + columns.get(9) + "]");
                }
            }
            return found;
        } catch (IOException e) {
            // This system has no such table.
            return Set.of();
        }
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // Another user's process: its descriptors are not ours to see.
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed in the meantime.
            return "";
        }
    }

    private static String named(Path process) {
        String pid = process.getFileName().toString();
        if (pid.equals(Long.toString(ProcessHandle.current().pid()))) {
            return "another part of this appliance";
        }
        try {
            return "process " + pid + " ("
                    + Files.readString(process.resolve("comm")).strip() + ")";
        } catch (IOException e) {
            return "process " + pid;
        }
    }
}
