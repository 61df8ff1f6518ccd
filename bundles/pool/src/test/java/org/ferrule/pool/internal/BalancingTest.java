package org.ferrule.pool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ferrule.traffic.Pools;
import org.junit.jupiter.api.Test;

class BalancingTest {
    private static final Map<String, Object> PLAIN = Map.of();

    private final Appliance appliance = new Appliance();

    private void three(String mode) throws Exception {
        appliance.pool(mode, "none", "10.0.0.1:80", PLAIN, "10.0.0.2:80", PLAIN, "10.0.0.3:80", PLAIN);
    }

    @Test
    void roundRobinTakesOneAfterTheOther() throws Exception {
        three("round-robin");
        assertEquals("123123", appliance.chosen(6));
    }

    @Test
    void theNeighbourOfADownMemberDoesNotGetItsShare() throws Exception {
        appliance.pool(
                "round-robin",
                "none",
                "10.0.0.1:80",
                PLAIN,
                "10.0.0.2:80",
                Map.of("state", "user-down"),
                "10.0.0.3:80",
                PLAIN);
        assertEquals("131313", appliance.chosen(6));
    }

    @Test
    void ratioGivesEachMemberItsShareOfARound() throws Exception {
        appliance.pool(
                "ratio-member", "none", "10.0.0.1:80", Map.of("ratio", "3"), "10.0.0.2:80", Map.of("ratio", "1"));
        Map<Character, Integer> counts = new HashMap<>();
        appliance.chosen(40).chars().forEach(c -> counts.merge((char) c, 1, Integer::sum));
        assertEquals(Map.of('1', 30, '2', 10), counts);
    }

    @Test
    void ratioCountsOnlyMembersThatCanBeUsed() throws Exception {
        appliance.pool(
                "ratio-member",
                "none",
                "10.0.0.1:80",
                Map.of("ratio", "100", "state", "user-down"),
                "10.0.0.2:80",
                Map.of("ratio", "2"),
                "10.0.0.3:80",
                Map.of("ratio", "1"));
        assertEquals("223223", appliance.chosen(6));
    }

    @Test
    void leastConnectionsTakesTheMemberWithTheFewest() throws Exception {
        three("least-connections-member");
        Pools.Selection first = appliance.open();
        Pools.Selection second = appliance.open();
        Pools.Selection third = appliance.open();
        assertEquals(3, Set.of(first.member(), second.member(), third.member()).size());
        second.ended();
        assertEquals(second.member(), appliance.open().member());
    }

    @Test
    void leastConnectionsWeighsByRatio() throws Exception {
        appliance.pool(
                "least-connections-member",
                "none",
                "10.0.0.1:80",
                Map.of("ratio", "3"),
                "10.0.0.2:80",
                Map.of("ratio", "1"));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            counts.merge(appliance.open().member(), 1, Integer::sum);
        }
        assertEquals(Map.of("10.0.0.1:80", 30, "10.0.0.2:80", 10), counts);
    }

    @Test
    void everyModeSkipsMembersThatWereTried() throws Exception {
        for (String mode : new String[] {"round-robin", "ratio-member", "least-connections-member"}) {
            three(mode);
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "10.0.0.2:80",
                        appliance.select("10.0.0.1:80", "10.0.0.3:80").member(),
                        mode);
            }
            assertTrue(
                    appliance
                            .service
                            .select(Appliance.POOL, Set.of("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"))
                            .isEmpty(),
                    mode);
        }
    }

    @Test
    void everyModeSkipsMembersThatAreDisabledDownOrFull() throws Exception {
        for (String mode : new String[] {"round-robin", "ratio-member", "least-connections-member"}) {
            appliance.pool(
                    mode,
                    "none",
                    "10.0.0.1:80",
                    Map.of("session", "user-disabled"),
                    "10.0.0.2:80",
                    Map.of("state", "user-down"),
                    "10.0.0.3:80",
                    Map.of("connection-limit", "1"),
                    "10.0.0.4:80",
                    PLAIN);
            Pools.Selection fills = appliance.select("10.0.0.4:80");
            fills.connected();
            assertEquals("444", appliance.chosen(3), mode);
            fills.ended();
            assertTrue(appliance.chosen(4).contains("3"), mode);
        }
    }

    @Test
    void aFullMemberTakesConnectionsAgainWhenOneEnds() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", Map.of("connection-limit", "2"));
        Pools.Selection one = appliance.open();
        appliance.open();
        assertTrue(appliance.nothing());
        one.ended();
        assertEquals("10.0.0.1:80", appliance.select().member());
    }

    @Test
    void aConnectionThatWasNeverOpenedIsNotCounted() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", Map.of("connection-limit", "1"));
        appliance.select().ended();
        appliance.open().ended();
        appliance.open();
        assertTrue(appliance.nothing());
    }

    @Test
    void aPoolThatIsUnknownOrEmptyGivesNothing() throws Exception {
        assertTrue(appliance.nothing());
        appliance.pool("round-robin", "none");
        assertTrue(appliance.nothing());
        assertTrue(appliance.service.members(Appliance.POOL).isEmpty());
        assertTrue(appliance.service.members("/Common/other").isEmpty());
    }
}
