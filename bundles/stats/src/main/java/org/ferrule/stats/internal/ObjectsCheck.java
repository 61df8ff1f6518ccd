package org.ferrule.stats.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;

/** Finds objects that should work and do not: pools and members, tunnels, virtual servers, profiles, listeners. */
record ObjectsCheck(Supplier<List<KindStatus>> statuses) implements HealthCheck {
    /** Told of by others: a node by the members that stand on it, a profile by its tunnels; and this module's own. */
    private static final Set<String> LEFT_OUT = Set.of("ltm node", "wom profile isession", HealthSettings.KIND);

    private static final Map<String, String> TO_DO = Map.of(
            "ltm pool", "Look at the servers: show ltm pool tells why each member is down",
            "wom remote-endpoint",
                    "Look at the far end and the network between; the troubleshooting table of the user"
                            + " guide has each reason",
            "ltm virtual",
                    "Bring back what serves it, or free its address and port; modify ltm virtual NAME disabled"
                            + " if it is not wanted");

    private static final Set<String> CRITICAL = TO_DO.keySet();

    @Override
    public Result execute() {
        Findings findings = new Findings();
        for (KindStatus kind : statuses.get()) {
            if (LEFT_OUT.contains(kind.kind())) {
                continue;
            }
            for (Status status : kind.objects()) {
                object(findings, kind.kind(), status);
            }
        }
        return findings.result();
    }

    private static void object(Findings findings, String kind, Status status) {
        String toDo = TO_DO.getOrDefault(kind, "show " + kind + " tells more");
        String subject = (kind + " " + status.name()).strip();
        if (wrong(status)) {
            if (CRITICAL.contains(kind)) {
                findings.critical(subject, status.reason(), toDo);
            } else {
                findings.warn(subject, status.reason(), toDo);
            }
        }
        for (Status.Part part : status.parts()) {
            if (wrong(part.status())) {
                findings.warn(
                        subject + " " + part.status().name(), part.status().reason(), toDo);
            }
        }
    }

    private static boolean wrong(Status status) {
        return status.enabled() && status.availability() == Availability.OFFLINE;
    }
}
