package org.ferrule.stats.internal;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/** What this virtual machine does, by name. */
final class Machine {
    private static final double PERCENT = 100;

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
                MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                yield heap.getMax() <= 0 ? Double.NaN : PERCENT * heap.getUsed() / heap.getMax();
            }
            case "buffer-bytes" ->
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToDouble(BufferPoolMXBean::getMemoryUsed)
                        .sum();
            default -> Double.NaN;
        };
    }
}
