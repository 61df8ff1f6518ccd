package org.ferrule.config;

import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The Linux capabilities that a configuration can need, and what the launcher left of them to this process. */
public final class Capabilities {
    /** To listen on ports below 1024. */
    public static final String BIND = "CAP_NET_BIND_SERVICE";

    /** To use addresses that are not this host's, buffers above the system's limit, any congestion control. */
    public static final String ADMIN = "CAP_NET_ADMIN";

    /** The system property that tells what the launcher has, and can hand on at another start. */
    private static final String GIVEN = Home.OPTION_PREFIX + "capabilities";

    private static final int FIRST_FREE_PORT = 1024;

    private Capabilities() {}

    /** What it takes to listen on all of these ports. */
    public static Set<String> toListen(IntStream ports) {
        return ports.anyMatch(Capabilities::privileged) ? Set.of(BIND) : Set.of();
    }

    /** Whether it takes a capability to listen on the port. */
    public static boolean privileged(int port) {
        return port > 0 && port < FIRST_FREE_PORT;
    }

    /** Whether this process, which lacks a capability, has it when it is started with a saved configuration that needs it. */
    public static boolean afterRestart(String capability) {
        return afterRestart(capability, System::getProperty);
    }

    static boolean afterRestart(String capability, UnaryOperator<String> properties) {
        String given = Optional.ofNullable(properties.apply(GIVEN)).orElse("");
        return Set.of(given.split(" ")).contains(capability);
    }

    /** What a person does about a capability that this process lacks. */
    public static String remedy(String capability) {
        return afterRestart(capability)
                ? "it has that when it is started with a saved configuration which needs it: save sys config, then restart it"
                : "give the appliance that capability, with AmbientCapabilities=" + capability
                        + " in its systemd unit or with setcap on the java program";
    }
}
