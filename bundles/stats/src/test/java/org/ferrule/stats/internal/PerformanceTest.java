package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Series;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformanceTest {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
    private static final Measure CPU = measure("cpu-percent");

    @TempDir
    Path folder;

    private static Measure measure(String name) {
        return Measure.ALL.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Twelve samples: two minutes. */
    private static void fill(Performance performance, Instant from, double number) {
        for (int i = 0; i < 12; i++) {
            performance.add(from.plusSeconds(10 * i), Map.of(CPU, number + i % 2));
        }
    }

    private static List<Double> points(Performance performance, Instant end) {
        return performance.past(CPU, end, 4, 4).points();
    }

    @Test
    void aCrashLosesTheMinuteThatWasBeingGatheredOnly() {
        Performance performance = new Performance(folder.resolve("p"));
        fill(performance, START, 10);
        Instant end = START.plusSeconds(240);
        Performance after = new Performance(folder.resolve("p"));
        assertEquals(List.of(10.5, Double.NaN, Double.NaN, Double.NaN), points(after, end));
        performance.close();
        after = new Performance(folder.resolve("p"));
        assertEquals(List.of(10.5, 10.5, Double.NaN, Double.NaN), points(after, end));
        assertEquals(11, after.past(CPU, end, 4, 1).maximum());
        assertEquals(10.5, after.past(CPU, end, 4, 1).average());
        assertEquals(Double.NaN, after.past(CPU, end, 4, 1).now());
    }

    @Test
    void filesHaveABoundAndAreTheAppliancesOwn() throws IOException {
        Performance performance = new Performance(folder.resolve("p"));
        for (int minute = 0; minute < 3 * Minutes.DAY; minute++) {
            performance.add(START.plusSeconds(60L * minute), Map.of(CPU, 1.0));
        }
        Path file = folder.resolve("p/system-cpu-percent");
        assertEquals(Minutes.DAY * 16, Files.size(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("p"))));
    }

    @Test
    void aDamagedPlaceCostsItselfAndWhatIsADayOldIsForgotten() throws IOException {
        Performance performance = new Performance(folder.resolve("p"));
        fill(performance, START, 10);
        performance.close();
        Path file = folder.resolve("p/system-cpu-percent");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 1;
        Files.write(file, bytes);
        Instant end = START.plusSeconds(240);
        assertEquals(
                List.of(10.5, Double.NaN, Double.NaN, Double.NaN), points(new Performance(folder.resolve("p")), end));
        Files.write(file, new byte[] {1, 2, 3});
        assertEquals(
                Double.NaN, points(new Performance(folder.resolve("p")), end).get(0));
        Files.write(file, bytes);
        Performance later = new Performance(folder.resolve("p"));
        assertEquals(
                Double.NaN, later.past(CPU, START.plusSeconds(86_460), 1, 1).average());
        assertEquals(
                Double.NaN,
                later.past(CPU, START.plusSeconds(86_460), Minutes.DAY, 1).average());
    }

    @Test
    void withoutADiskItGoesOnAndSaysSo() throws IOException {
        Path taken = Files.createFile(folder.resolve("taken"));
        Performance performance = new Performance(taken);
        fill(performance, START, 10);
        assertEquals(10.5, points(performance, START.plusSeconds(240)).get(0));
        Status shown = new PerformanceStatus(performance, () -> START.plusSeconds(240))
                .status()
                .get(0);
        assertEquals(Availability.OFFLINE, shown.availability());
        assertTrue(shown.reason().startsWith("A restart forgets it: "), shown.reason());
        performance.keep(false);
        Performance quiet = new Performance(folder.resolve("none"));
        quiet.keep(false);
        fill(quiet, START, 10);
        quiet.close();
        assertTrue(Files.notExists(folder.resolve("none")));
    }

    @Test
    void eachPartHasAnHourAndADay() {
        Performance performance = new Performance(folder.resolve("p"));
        fill(performance, START, 10);
        Status shown = new PerformanceStatus(performance, () -> START.plusSeconds(110))
                .status()
                .get(0);
        assertEquals(
                List.of("throughput", "connections", "tunnel", "deduplication", "system"),
                shown.parts().stream().map(part -> part.status().name()).toList());
        Map<String, Object> system = shown.parts().get(4).status().values();
        Map<?, ?> cpu = (Map<?, ?>) ((List<?>) system.get("last-hour")).get(0);
        assertEquals("cpu-percent", cpu.get("measure"));
        assertEquals(11L, cpu.get("now"));
        assertEquals(11L, cpu.get("average"));
        List<Double> points = ((Series) cpu.get("history")).points();
        assertEquals(30, points.size());
        assertEquals(10.5, points.get(29));
        Map<?, ?> heap = (Map<?, ?>) ((List<?>) system.get("last-hour")).get(1);
        assertEquals("-", heap.get("now"));
        assertEquals(
                48,
                ((Series) ((Map<?, ?>) ((List<?>) system.get("last-day")).get(0)).get("history"))
                        .points()
                        .size());
    }

    private static KindStatus kind(String kind, Map<String, Map<String, Object>> objects) {
        return new KindStatus(
                kind,
                objects.entrySet().stream()
                        .map(o -> new Status(o.getKey(), Availability.AVAILABLE, true, "", o.getValue()))
                        .toList(),
                "");
    }

    private static Map<String, Object> traffic(long bits) {
        return Map.of("clientside", Map.of("bits-in", bits, "current-connections", 2L));
    }

    @Test
    void ratesAreOfEachObjectByItselfSoThatWhatComesGoesOrBeginsAnewMakesNoLeap() {
        Sampler sampler = new Sampler(name -> Double.NaN);
        Measure in = measure("client-bits-in");
        Map<String, Map<String, Object>> servers = new LinkedHashMap<>();
        servers.put("a", traffic(1_000_000));
        assertTrue(!sampler.sample(List.of(kind("ltm virtual", servers)), 10).containsKey(in), "no rate yet");
        servers.put("a", traffic(1_000_500));
        servers.put("b", traffic(9_000_000));
        Map<Measure, Double> numbers = sampler.sample(List.of(kind("ltm virtual", servers)), 10);
        assertEquals(50, numbers.get(in));
        assertEquals(4, numbers.get(measure("current-connections")));
        servers.put("a", traffic(300));
        assertEquals(
                30, sampler.sample(List.of(kind("ltm virtual", servers)), 10).get(in));
        servers.remove("b");
        assertEquals(
                0, sampler.sample(List.of(kind("ltm virtual", servers)), 10).get(in));
    }

    @Test
    void savingsAreOfWhatMovedAndUnknownWhereNothingDid() {
        Sampler sampler = new Sampler(name -> 7);
        Measure saving = measure("tunnel-saving-percent");
        Measure known = measure("known-already-percent");
        sampler.sample(List.of(tunnel(0, 0), peers(0, 0)), 10);
        Map<Measure, Double> numbers = sampler.sample(List.of(tunnel(1000, 250), peers(400, 100)), 10);
        assertEquals(75, numbers.get(saving));
        assertEquals(25, numbers.get(known));
        assertEquals(7, numbers.get(CPU));
        numbers = sampler.sample(List.of(tunnel(1000, 250), peers(400, 100)), 10);
        assertTrue(!numbers.containsKey(saving) && !numbers.containsKey(known), numbers.toString());
        numbers = sampler.sample(List.of(tunnel(1010, 290), peers(400, 100)), 10);
        assertEquals(0, numbers.get(saving), "framing may cost more than is saved");
    }

    private static KindStatus tunnel(long raw, long sent) {
        return kind("wom remote-endpoint", Map.of("dc", Map.of("raw-bytes-out", raw, "tunnel-bytes-out", sent)));
    }

    private static KindStatus peers(long raw, long hits) {
        List<Map<String, Object>> rows = List.of(Map.of("device", "dc", "raw-bytes-out", raw, "hit-bytes-out", hits));
        return kind("wom deduplication", Map.of("", Map.of("peers", rows)));
    }
}
