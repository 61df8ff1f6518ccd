package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.shell.Series;
import org.ferrule.shell.Status;
import org.junit.jupiter.api.Test;

class SparklineTest {
    private static final Series SERIES = new Series(List.of(Double.NaN, 0.0, 0.1, 1.0, 4.0, 7.9, 8.0));

    @Test
    void numbersAreBarsUnderTheHighest() {
        assertEquals(" ▁▁▁▄██", new Sparkline(true).draw(SERIES));
        assertEquals(" ___~##", new Sparkline(false).draw(SERIES));
        assertEquals("▁▁", new Sparkline(true).draw(new Series(List.of(0.0, 0.0))));
        assertEquals("  ", new Sparkline(true).draw(new Series(List.of(Double.NaN, Double.NaN))));
        assertEquals("", new Sparkline(true).draw(new Series(List.of())));
    }

    @Test
    void aSeriesIsFoundWhereverItStands() {
        Map<String, Object> values =
                Map.of("a", SERIES, "b", Map.of("c", SERIES), "d", List.of(Map.of("e", SERIES, "f", 1L)));
        Status part = new Status("p", Status.Availability.UNKNOWN, true, "", Map.of("g", SERIES));
        Status drawn = new Sparkline(false)
                .draw(new Status(
                        "", Status.Availability.UNKNOWN, true, "", values, List.of(new Status.Part("Part", part))));
        assertEquals(" ___~##", drawn.values().get("a"));
        assertEquals(Map.of("c", " ___~##"), drawn.values().get("b"));
        assertEquals(List.of(Map.of("e", " ___~##", "f", 1L)), drawn.values().get("d"));
        assertEquals(" ___~##", drawn.parts().get(0).status().values().get("g"));
    }

    @Test
    void machinesGetNumbersAndNullForAGap() {
        Status status = new Status("", Status.Availability.UNKNOWN, true, "", Map.of("a", SERIES));
        String json = StatusJson.of(List.of(status), "/Common").replaceAll("\\s", "");
        assertTrue(json.contains("\"a\":[null,0.0,0.1,1.0,4.0,7.9,8.0]"), json);
    }
}
