package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.shell.Status;
import org.junit.jupiter.api.Test;

class MemoryStatusTest {
    private final MemoryBudget budget = new MemoryBudget(64 << 20, 64 << 20);
    private final MemoryStatus memory = new MemoryStatus(budget, new Machine());

    private Status status() {
        return memory.status().get(0);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> table(String name) {
        return (List<Map<String, Object>>) status().values().get(name);
    }

    @Test
    void itTellsWhoHasWhat() {
        MemoryAccount queues = budget.open("queues of connections", Area.DIRECT);
        budget.open("received by flows", Area.HEAP).take(5);
        queues.take(1000);
        queues.release(400);
        assertTrue(!queues.reserve(1L << 40));
        assertEquals(
                List.of("received by flows, heap 5 5 0", "queues of connections, direct 600 1000 1"),
                table("subsystems").stream()
                        .map(row -> row.get("subsystem") + " " + row.get("memory-used") + " "
                                + row.get("maximum-memory-used") + " " + row.get("refused"))
                        .toList());
    }

    @Test
    void itTellsHowMuchIsLeftOfWhat() {
        assertEquals("There is enough", status().reason());
        budget.open("queues of connections", Area.DIRECT).take(budget.size(Area.DIRECT));
        assertTrue(status().reason().startsWith("It is scarce"), status().reason());
        Map<String, Object> heap = table("areas").get(0);
        Map<String, Object> direct = table("areas").get(1);
        assertEquals("heap ample 0", heap.get("area") + " " + heap.get("level") + " " + heap.get("shortages"));
        assertEquals("direct scarce 1", direct.get("area") + " " + direct.get("level") + " " + direct.get("shortages"));
        assertTrue((long) heap.get("allocated-memory") > 0);
        assertEquals(direct.get("budget-size"), direct.get("budget-used"));
    }

    /** What it tells are sizes that go up and down, but for what is counted. */
    @Test
    void metricsKnowSizesFromCounts() {
        for (String size : List.of("resident-memory", "whole-size", "allocated-memory", "budget-size", "budget-used")) {
            assertEquals("bytes", Metric.whole("m", size, false).unit(), size);
            assertTrue(!Metric.whole("m", size, false).counter(), size);
        }
        assertTrue(!Metric.whole("m", "maximum-memory-used", false).counter());
        assertTrue(Metric.whole("m", "shortages", false).counter());
        assertTrue(Metric.whole("m", "refused", false).counter());
    }
}
