package org.ferrule.stats.internal;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this virtual machine does, by name. */
final class Machine {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final double PERCENT = 100;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final com.sun.management.OperatingSystemMXBean system;

    Machine() {
        this.system =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean known
                        ? known
                        : null;
    }

    /** NaN for what it does not know. */
    double tell(String name) {
        return switch (name) {
            case "cpu-percent" -> {
                double load = system == null ? -1 : system.getProcessCpuLoad();
                yield load < 0 ? Double.NaN : PERCENT * load;
            }
            case "heap-percent" -> {
                MemoryUsage heap = heapUsage();
                yield heap.getMax() <= 0 ? Double.NaN : PERCENT * heap.getUsed() / heap.getMax();
            }
            case "buffer-bytes" -> direct();
            default -> Double.NaN;
        };
    }

    /** Bytes of the heap in use; what will be collected is among them. */
    long heap() {
        return heapUsage().getUsed();
    }

    private static MemoryUsage heapUsage() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }

    /** Bytes of buffers outside of it. */
    long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Bytes of memory that the kernel has given the process, what libraries take included; 0 if it does not tell. */
    long resident() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            LOG.debug("{} cannot be read", STATUS, e);
            return 0;
        }
    }
}
