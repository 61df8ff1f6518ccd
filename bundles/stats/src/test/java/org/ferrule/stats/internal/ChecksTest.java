package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.stats.internal.MachineCheck.Use;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private Instant time = Instant.parse("2026-01-01T10:00:00Z");
    private final List<KindStatus> kinds = new ArrayList<>();

    private static Status status(
            String name, Availability availability, boolean enabled, Map<String, Object> values, Status.Part... parts) {
        return new Status(name, availability, enabled, "why", values, List.of(parts));
    }

    /** What a check finds, in short. */
    private List<String> found(HealthCheck check) {
        return Problem.in("check", check.execute(), time).stream()
                .map(problem -> (problem.critical() ? "! " : "") + problem.subject() + " | " + problem.what())
                .toList();
    }

    @Test
    void objectsThatShouldServeAndDoNotAreFoundWithTheirParts() {
        Status.Part down = new Status.Part("Pool Member", status("10.0.0.1:80", Availability.OFFLINE, true, Map.of()));
        Status.Part off = new Status.Part("Pool Member", status("10.0.0.2:80", Availability.OFFLINE, false, Map.of()));
        kinds.add(new KindStatus(
                "ltm pool",
                List.of(
                        status("/Common/a", Availability.OFFLINE, true, Map.of(), down),
                        status("/Common/b", Availability.UNKNOWN, true, Map.of(), down, off),
                        status("/Common/c", Availability.OFFLINE, false, Map.of())),
                ""));
        kinds.add(new KindStatus("ltm node", List.of(status("/Common/n", Availability.OFFLINE, true, Map.of())), ""));
        kinds.add(new KindStatus("sys sshd", List.of(status("", Availability.OFFLINE, true, Map.of())), ""));
        assertEquals(
                List.of(
                        "! ltm pool /Common/a | why",
                        "ltm pool /Common/a 10.0.0.1:80 | why",
                        "ltm pool /Common/b 10.0.0.1:80 | why",
                        "sys sshd | why"),
                found(new ObjectsCheck(() -> kinds)));
    }

    @Test
    void memoryIsFoundWhenItIsShortAndWhenItIsScarce() {
        MemoryBudget budget = new MemoryBudget(1 << 30, 1 << 30);
        MemoryAccount account = budget.open("queues", Area.DIRECT);
        assertEquals(List.of(), found(new MemoryCheck(budget)));
        account.take(budget.size(Area.DIRECT) / 2);
        assertEquals(
                List.of("memory for connections, buffers | it is short: each connection makes do with less"),
                found(new MemoryCheck(budget)));
        account.take(budget.size(Area.DIRECT) / 2);
        budget.open("received by flows", Area.HEAP).take(budget.size(Area.HEAP));
        String scarce = " | it is scarce: new connections wait, peers' flows are refused";
        assertEquals(
                List.of("! memory for connections, heap" + scarce, "! memory for connections, buffers" + scarce),
                found(new MemoryCheck(budget)));
    }

    @Test
    void certificatesAreFoundBeforeTheyExpire() throws IOException, CertificateException {
        X509Certificate certificate;
        try (InputStream in = getClass().getResourceAsStream("/device.crt")) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        Instant end = certificate.getNotAfter().toInstant();
        ExpiringCertificates source =
                () -> List.of(new ExpiringCertificates.Used("The device certificate", certificate, "Run cm renew"));
        CertificatesCheck check = new CertificatesCheck(() -> List.of(source), () -> time);
        time = end.minus(Expiry.WARNING).minusSeconds(1);
        assertEquals(List.of(), found(check));
        time = end.minus(Expiry.WARNING);
        assertEquals(List.of("The device certificate | expires in 30 days, on " + end), found(check));
        time = end.plusSeconds(1);
        assertEquals(List.of("! The device certificate | has expired on " + end), found(check));
    }

    @Test
    void whatWasSetForCertificatesAloneIsLeftOut() {
        assertEquals(Map.of("interval", 5), HealthSettings.migrated(Map.of("interval", 5, "certificate-days", 20)));
    }

    @Test
    void blocksThatAreSentAgainAreToldForTenMinutes() {
        DictionaryCheck check = new DictionaryCheck(() -> kinds, () -> time);
        resent(3);
        assertEquals(List.of(), found(check), "what was before is no news");
        resent(4);
        String problem =
                "wom deduplication /Common/dc | 4 blocks had to be sent again, the last at 2026-01-01T10:00:00Z";
        assertEquals(List.of(problem), found(check));
        time = time.plusSeconds(599);
        assertEquals(List.of(problem), found(check));
        time = time.plusSeconds(1);
        assertEquals(List.of(), found(check));
    }

    private void resent(long blocks) {
        kinds.clear();
        Map<String, Object> row = Map.of("device", "/Common/dc", "resent-blocks", blocks, "damaged-blocks", 0L);
        kinds.add(new KindStatus(
                "wom deduplication",
                List.of(status("", Availability.AVAILABLE, true, Map.of("peers", List.of(row)))),
                ""));
    }

    @Test
    void aDiskOrHeapIsFoundWhenItIsNearlyFull() {
        HealthSettings settings = HealthSettings.INITIAL;
        assertEquals(
                List.of(),
                found(new MachineCheck(() -> new Use(899, 1000), () -> new Use(1 << 20, -1), () -> settings)));
        assertEquals(
                List.of(
                        "! disk of the appliance's home | 90.0 % of 10 MB are used",
                        "heap | it cannot be looked at: gone"),
                found(new MachineCheck(
                        () -> new Use(9 << 20, 10 << 20),
                        () -> {
                            throw new IOException("gone");
                        },
                        () -> settings)));
    }

    @Test
    void aClockThatWasSetIsFoundForTenMinutesAndOneThatIsSlewedIsNot() {
        long[] nanos = {0};
        ClockCheck check = new ClockCheck(() -> time, () -> nanos[0]);
        pass(nanos, 10);
        assertEquals(List.of(), found(check));
        pass(nanos, 10);
        time = time.plusSeconds(4);
        assertEquals(List.of(), found(check));
        pass(nanos, 10);
        time = time.minusSeconds(86_400);
        assertEquals(List.of("clock | it was set back by 86400 s, to 2025-12-31T10:00:34Z"), found(check));
        pass(nanos, 10);
        time = time.plusSeconds(86_400);
        assertEquals(List.of("clock | it was set forward by 86400 s, to 2026-01-01T10:00:44Z"), found(check));
        pass(nanos, 599);
        assertEquals(List.of("clock | it was set forward by 86400 s, to 2026-01-01T10:00:44Z"), found(check));
        pass(nanos, 1);
        assertEquals(List.of(), found(check));
    }

    private void pass(long[] nanos, int seconds) {
        nanos[0] += seconds * 1_000_000_000L;
        time = time.plusSeconds(seconds);
    }
}
