package org.ferrule.stats.internal;

import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.memory.Area;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryBudget;

/** Finds that the memory for connections is short, or scarce. */
record MemoryCheck(MemoryBudget budget) implements HealthCheck {
    @Override
    public Result execute() {
        Findings findings = new Findings();
        look(findings, Area.HEAP, "FERRULE_HEAP=1g");
        look(findings, Area.DIRECT, "FERRULE_DIRECT=2g");
        return findings.result();
    }

    private void look(Findings findings, Area area, String more) {
        String subject = area == Area.HEAP ? "memory for connections, heap" : "memory for connections, buffers";
        String toDo = "show sys memory tells who has it; restart with more: " + more;
        Level level = budget.level(area);
        if (level == Level.SCARCE) {
            findings.critical(subject, "it is scarce: new connections wait, peers' flows are refused", toDo);
        } else if (level == Level.SHORT) {
            findings.warn(subject, "it is short: each connection makes do with less", toDo);
        }
    }
}
