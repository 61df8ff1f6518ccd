package org.ferrule.monitor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTest {
    private static final List<String> BOTH = List.of("/Common/http", "/Common/tcp");

    @Test
    void oneMonitorMustBeContent() {
        assertEquals(new Rule(List.of("/Common/http"), 1), Rule.parse("/Common/http"));
    }

    @Test
    void monitorsJoinedByAndMustAllBeContent() {
        assertEquals(new Rule(BOTH, 2), Rule.parse("/Common/http and /Common/tcp"));
    }

    @Test
    void ofSomeMonitorsAtLeastSoManyMustBeContent() {
        assertEquals(new Rule(BOTH, 1), Rule.parse("min 1 of { /Common/http /Common/tcp }"));
    }

    @Test
    void moreThanThereAreMeansAll() {
        assertEquals(new Rule(BOTH, 2), Rule.parse("min 5 of { /Common/http /Common/tcp }"));
    }

    @Test
    void aMonitorThatIsNamedTwiceCountsOnce() {
        assertEquals(new Rule(List.of("/Common/http"), 1), Rule.parse("/Common/http and /Common/http"));
        assertEquals(new Rule(BOTH, 2), Rule.parse("min 3 of { /Common/http /Common/tcp /Common/http }"));
    }
}
