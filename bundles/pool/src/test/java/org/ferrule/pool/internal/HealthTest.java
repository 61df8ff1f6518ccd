package org.ferrule.pool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.testing.References;
import org.ferrule.traffic.Monitors;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class HealthTest {
    private static final Map<String, Object> PLAIN = Map.of();

    private final Appliance appliance = new Appliance();
    private final FakeMonitors monitors = new FakeMonitors();
    private final ServiceReference<Monitors> reference = References.reference();

    private void two() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN, "10.0.0.2:80", PLAIN);
    }

    @Test
    void aMemberIsUsedFromWhenItsMonitorFindsItUp() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        assertEquals(List.of("10.0.0.1 /Common/http", "10.0.0.2 /Common/http"), monitors.watched());
        assertTrue(appliance.nothing(), "not yet checked");
        monitors.up("10.0.0.2");
        assertEquals("22", appliance.chosen(2));
        monitors.up("10.0.0.1");
        assertEquals("1212", appliance.chosen(4).replace("2121", "1212"));
        monitors.down("10.0.0.2", "timed out");
        assertEquals("11", appliance.chosen(2));
    }

    @Test
    void aVersionThatWasJustStartedIsChosenOnceAllMembersAreChecked() throws Exception {
        assertFalse(appliance.service.configured());
        appliance.service.bindMonitors(reference, monitors);
        two();
        monitors.up("10.0.0.2");
        assertFalse(appliance.service.configured());
        monitors.down("10.0.0.1", "timed out");
        assertTrue(appliance.service.configured());
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        assertTrue(appliance.service.configured(), "nobody checks it");
    }

    @Test
    void healthOutlastsAChangeOfThePool() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        monitors.up("10.0.0.1");
        monitors.down("10.0.0.2", "timed out");
        appliance.pool("ratio-member", "/Common/http", "10.0.0.1:80", Map.of("ratio", "5"), "10.0.0.2:80", PLAIN);
        assertEquals("11", appliance.chosen(2));
        assertEquals(2, monitors.watched().size());
    }

    @Test
    void anotherMonitorWatchesAfreshAndTheOldOneStops() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN);
        monitors.down("10.0.0.1", "timed out");
        appliance.pool("round-robin", "/Common/tcp", "10.0.0.1:80", PLAIN);
        assertEquals(List.of("10.0.0.1 /Common/tcp"), monitors.watched());
        assertTrue(appliance.nothing());
        monitors.up("10.0.0.1");
        assertEquals("1", appliance.chosen(1));
    }

    @Test
    void withoutAMonitorAMemberIsUsedWhateverWasSaidBefore() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN);
        monitors.down("10.0.0.1", "timed out");
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        assertEquals(List.of(), monitors.watched());
        assertEquals("1", appliance.chosen(1));
    }

    @Test
    void membersAndPoolsThatGoAreNoLongerWatched() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        appliance.pool("round-robin", "/Common/http", "10.0.0.2:80", PLAIN);
        assertEquals(List.of("10.0.0.2 /Common/http"), monitors.watched());
        appliance.remove("ltm pool", Appliance.POOL);
        assertEquals(List.of(), monitors.watched());
    }

    @Test
    void aMonitorModuleThatComesLaterWatchesWhatIsThere() throws Exception {
        two();
        assertTrue(appliance.nothing());
        appliance.service.bindMonitors(reference, monitors);
        assertEquals(2, monitors.watched().size());
        monitors.up("10.0.0.1");
        assertEquals("11", appliance.chosen(2));
    }

    @Test
    void whatWasSaidLastHoldsWhileNoMonitorModuleIsThere() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        monitors.up("10.0.0.1");
        monitors.down("10.0.0.2", "timed out");
        appliance.service.unbindMonitors(reference);
        assertEquals("11", appliance.chosen(2));
    }

    @Test
    void aNewerMonitorModuleTakesOverWithoutAMemberGoingDown() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        monitors.up("10.0.0.1");
        appliance.service.unbindMonitors(reference);
        FakeMonitors newer = new FakeMonitors();
        appliance.service.bindMonitors(References.reference(), newer);
        assertEquals("11", appliance.chosen(2));
        assertEquals(2, newer.watched().size());
        assertEquals(List.of(), monitors.watched());
        newer.down("10.0.0.1", "timed out");
        assertTrue(appliance.nothing());
    }

    @Test
    void aStoppedModuleWatchesNothing() throws Exception {
        appliance.service.bindMonitors(reference, monitors);
        two();
        appliance.service.deactivate();
        assertEquals(List.of(), monitors.watched());
    }
}
