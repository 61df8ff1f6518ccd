package org.ferrule.archive.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MonitorInfo;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What the machine and the virtual machine are like at this moment, as text. Nothing here stops threads for longer than a
 * thread dump does, but the histogram.
 */
final class HostFacts {
    private static final List<String> FILES = List.of(
            "/etc/os-release",
            "/proc/version",
            "/proc/loadavg",
            "/proc/meminfo",
            "/proc/self/status",
            "/proc/self/limits",
            "/proc/net/sockstat",
            "/proc/net/sockstat6",
            "/proc/net/snmp",
            "/proc/net/netstat",
            "/proc/net/dev",
            "/proc/sys/fs/file-nr",
            "/proc/sys/net/core/somaxconn",
            "/proc/sys/net/core/rmem_max",
            "/proc/sys/net/core/wmem_max",
            "/proc/sys/net/ipv4/tcp_rmem",
            "/proc/sys/net/ipv4/tcp_wmem",
            "/proc/sys/net/ipv4/tcp_congestion_control",
            "/proc/sys/net/ipv4/tcp_available_congestion_control",
            "/proc/sys/net/ipv4/ip_local_port_range");
    private static final int MAX_FILE = 256 * 1024;
    private static final long MEGABYTE = 1 << 20;

    private HostFacts() {}

    /** The operating system: what it says of itself, its memory, sockets and limits, and the disk. */
    static String system(Path home) {
        StringBuilder text = new StringBuilder();
        text.append("processors ")
                .append(Runtime.getRuntime().availableProcessors())
                .append('\n');
        text.append(disk(home)).append('\n');
        for (String file : FILES) {
            text.append("\n==> ").append(file).append('\n').append(read(Path.of(file)));
        }
        return text.toString();
    }

    private static String disk(Path home) {
        try {
            FileStore store = Files.getFileStore(home);
            return "disk of " + home + ": " + store.getUsableSpace() / MEGABYTE + " MB free of "
                    + store.getTotalSpace() / MEGABYTE + " MB, " + store.type();
        } catch (IOException e) {
            return "disk of " + home + ": " + e;
        }
    }

    private static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "cannot be read: " + e + "\n";
        }
    }

    /** The virtual machine: version, options, memory and collections. */
    static String memory() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        StringBuilder text = new StringBuilder();
        text.append("java ")
                .append(Runtime.version())
                .append(", ")
                .append(runtime.getVmName())
                .append('\n');
        text.append("uptime ").append(runtime.getUptime() / 1000).append(" s\n");
        text.append("options ")
                .append(String.join(" ", runtime.getInputArguments()))
                .append("\n\n");
        text.append("heap      ")
                .append(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage())
                .append('\n');
        text.append("non-heap  ")
                .append(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage())
                .append("\n\n");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            text.append("pool ").append(pool.getName()).append(": ").append(pool.getUsage());
            text.append("; after the last collection: ")
                    .append(pool.getCollectionUsage())
                    .append('\n');
        }
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            text.append("buffers ")
                    .append(pool.getName())
                    .append(": ")
                    .append(pool.getCount())
                    .append(", ");
            text.append(pool.getMemoryUsed())
                    .append(" bytes of ")
                    .append(pool.getTotalCapacity())
                    .append('\n');
        }
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.append("collector ").append(collector.getName()).append(": ");
            text.append(collector.getCollectionCount()).append(" collections, ");
            text.append(collector.getCollectionTime()).append(" ms\n");
        }
        return text.toString();
    }

    /** What takes the heap, by class; stops all threads for as long as counting takes. */
    static String histogram() {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[] {"-all"}},
                            new String[] {String[].class.getName()});
            return String.valueOf(histogram);
        } catch (JMException e) {
            return "There is no histogram: " + e + "\n";
        }
    }

    /** Each thread with its whole stack and the locks that it has or waits for. */
    static String threads() {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            text.append('"').append(thread.getThreadName()).append("\" id ").append(thread.getThreadId());
            text.append(' ').append(thread.getThreadState());
            if (thread.getLockName() != null) {
                text.append(" on ").append(thread.getLockName());
            }
            if (thread.getLockOwnerName() != null) {
                text.append(" held by \"").append(thread.getLockOwnerName()).append('"');
            }
            text.append('\n');
            StackTraceElement[] stack = thread.getStackTrace();
            for (int i = 0; i < stack.length; i++) {
                text.append("    at ").append(stack[i]).append('\n');
                for (MonitorInfo monitor : thread.getLockedMonitors()) {
                    if (monitor.getLockedStackDepth() == i) {
                        text.append("    - locked ").append(monitor).append('\n');
                    }
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
