package org.ferrule.net.internal;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.net.ExtendedSocketOptions;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.stream.TcpSettings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Tells what the kernel makes of each TCP profile: it sets the profile on a socket of its own and reads that back, so that
 * what is shown is true now, whether there are connections or not.
 */
@Component
public final class TcpStatus implements StatusProvider {
    private static final String SYSTEMS = "as the system has it";

    private final TcpNetwork network;
    private final KernelLimits limits;

    @Activate
    public TcpStatus(@Reference TcpNetwork network) {
        this(network, new KernelLimits());
    }

    TcpStatus(TcpNetwork network, KernelLimits limits) {
        this.network = network;
        this.limits = limits;
    }

    @Override
    public String kind() {
        return "ltm profile tcp";
    }

    @Override
    public List<Status> status() {
        return new TreeMap<>(network.profiles())
                .entrySet().stream().map(p -> of(p.getKey(), p.getValue())).toList();
    }

    private Status of(String name, TcpSettings settings) {
        ConnectionCounts.Count count = network.group().counts().of(name);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("current-connections", (long) count.current());
        values.put("total-connections", count.total());
        try (SocketChannel probe = SocketChannel.open()) {
            Map<String, String> lacking = network.group().options().set(probe, settings);
            values.put("kernel", kernel(probe, settings));
            if (!lacking.isEmpty()) {
                values.put("not-set", new LinkedHashMap<String, Object>(lacking));
            }
            values.put("buffer-ceilings", ceilings(probe));
            String reason =
                    lacking.isEmpty() ? "The kernel does all that it asks for" : "The kernel does not do all of it";
            return new Status(name, Availability.AVAILABLE, true, reason, values);
        } catch (IOException e) {
            return new Status(name, Availability.UNKNOWN, true, "No socket can be opened: " + e.getMessage(), values);
        }
    }

    /** What a connection with these settings has. */
    private Map<String, Object> kernel(SocketChannel probe, TcpSettings settings) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("congestion-control", linux(() -> linux().text(probe, LinuxOption.TCP_CONGESTION)));
        values.put("send-buffer-size", buffer(probe.getOption(StandardSocketOptions.SO_SNDBUF), settings.sendBuffer()));
        values.put(
                "receive-window-size",
                buffer(probe.getOption(StandardSocketOptions.SO_RCVBUF), settings.receiveBuffer()));
        values.put("unsent-low-water-mark", linux(() -> mark(probe)));
        values.put("user-timeout", linux(() -> timeOut(linux().get(probe, LinuxOption.TCP_USER_TIMEOUT))));
        values.put("keep-alive", settings.keepAlive() ? keepAlive(probe) : "disabled");
        return values;
    }

    private static String keepAlive(SocketChannel probe) throws IOException {
        if (!probe.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            return SYSTEMS;
        }
        return "after " + probe.getOption(ExtendedSocketOptions.TCP_KEEPIDLE) + " s, then every "
                + probe.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL) + " s, "
                + probe.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT) + " times";
    }

    private static String buffer(int bytes, int asked) {
        return asked == 0 ? "the kernel's own tuning, from " + bytes + " bytes on" : bytes + " bytes";
    }

    private String mark(SocketChannel probe) throws IOException {
        // A socket with no mark of its own reads as 0 and follows the system's.
        long mark = Integer.toUnsignedLong(linux().get(probe, LinuxOption.TCP_NOTSENT_LOWAT));
        return mark == 0 ? SYSTEMS : mark + " bytes";
    }

    private static String timeOut(int millis) {
        return millis == 0 ? SYSTEMS : millis + " ms";
    }

    /** How large buffers get, and what makes them larger. */
    private Map<String, Object> ceilings(SocketChannel probe) {
        boolean forces = forces(probe);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("send-buffer-size", ceiling("net.core.wmem_max", forces));
        values.put("receive-window-size", ceiling("net.core.rmem_max", forces));
        values.put("send-buffer-tuned", tuned("net.ipv4.tcp_wmem"));
        values.put("receive-window-tuned", tuned("net.ipv4.tcp_rmem"));
        return values;
    }

    private String ceiling(String setting, boolean forces) {
        return forces
                ? "none, the appliance may exceed " + setting + " (" + limits.read(setting) + ")"
                : limits.read(setting) + " bytes; raise it with: sysctl -w " + setting + "=BYTES";
    }

    private String tuned(String setting) {
        return limits.last(setting) + " bytes; raise it with the last number of: sysctl -w " + setting + "=\""
                + limits.read(setting) + "\"";
    }

    private boolean forces(SocketChannel probe) {
        try {
            linux().set(probe, LinuxOption.SO_SNDBUFFORCE, probe.getOption(StandardSocketOptions.SO_SNDBUF));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private LinuxSockets linux() {
        return network.group().options().linux();
    }

    /** Reads an option that Java has no name for. */
    @FunctionalInterface
    private interface Reading {
        String get() throws IOException;
    }

    private static String linux(Reading reading) {
        try {
            return reading.get();
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
