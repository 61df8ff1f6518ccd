package org.ferrule.stats.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.memory.Area;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/**
 * Tells {@code show sys memory}: what the process has of each area, and who has it.
 *
 * @param budget of the memory for connections
 * @param machine what the virtual machine says
 */
record MemoryStatus(MemoryBudget budget, Machine machine) implements StatusProvider {
    static final String KIND = "sys memory";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<KindDescriptor> described() {
        return Optional.of(new KindDescriptor(
                KIND,
                "Memory",
                "What connections, tunnels and dictionaries take, and how much is left",
                true,
                1,
                List.of()));
    }

    @Override
    public List<Status> status() {
        Level level = budget.level(Area.HEAP).or(budget.level(Area.DIRECT));
        String reason =
                switch (level) {
                    case AMPLE -> "There is enough";
                    case SHORT ->
                        "It is short: each connection makes do with less, which slows those that have much to say";
                    case SCARCE -> "It is scarce: new connections wait, and peers' flows are refused, until others end";
                };
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("resident-memory", machine.resident());
        List<Map<String, Object>> areas = new ArrayList<>();
        areas.add(area(Area.HEAP, machine.heap()));
        areas.add(area(Area.DIRECT, machine.direct()));
        values.put("areas", areas);
        values.put("subsystems", budget.accounts().stream().map(this::subsystem).toList());
        return List.of(new Status("", Availability.AVAILABLE, true, reason, values));
    }

    private Map<String, Object> area(Area area, long allocated) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("area", name(area));
        row.put("level", budget.level(area).name().toLowerCase(Locale.ROOT));
        row.put("whole-size", MemoryBudget.whole(area));
        row.put("allocated-memory", allocated);
        row.put("budget-size", budget.size(area));
        row.put("budget-used", budget.used(area));
        row.put("shortages", budget.shortages(area));
        return row;
    }

    private Map<String, Object> subsystem(MemoryAccount account) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("subsystem", account.holder() + ", " + name(account.area()));
        row.put("memory-used", account.used());
        row.put("maximum-memory-used", account.most());
        row.put("refused", account.refused());
        return row;
    }

    private static String name(Area area) {
        return area.name().toLowerCase(Locale.ROOT);
    }
}
