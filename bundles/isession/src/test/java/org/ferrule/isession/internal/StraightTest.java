package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.testing.References;
import org.ferrule.traffic.VirtualServers.Answer;
import org.ferrule.traffic.VirtualServers.Arrival;
import org.junit.jupiter.api.Test;

/** Whether a flow of a peer may go straight to its destination is for this end's own profile to say. */
class StraightTest {
    private final ServiceRig rig = new ServiceRig();
    private final FakeVirtuals virtuals = new FakeVirtuals();
    private final ProfileOwner owner =
            new ProfileOwner(
                    rig.service.core(), "/Common/another", rig.service.core().pool()) {
                @Override
                public String device() {
                    return "";
                }

                @Override
                public void ready(Fibre fibre) {
                    // No fibre is opened here.
                }

                @Override
                public void routes(Routes routes) {
                    // No fibre is opened here.
                }

                @Override
                public void leaving(Fibre fibre, String reason) {
                    // No fibre is opened here.
                }

                @Override
                public void ended(Fibre fibre, String reason) {
                    // No fibre is opened here.
                }
            };

    private Answer answer(String ours) throws Exception {
        rig.put("wom profile isession", Settings.ROOT, Map.of("target-virtual", ours));
        return owner.answer(Opened.CLIENT, Opened.DESTINATION, "match-all");
    }

    private void virtual(Answer answer) {
        virtuals.answer = answer;
        rig.service.core().services().virtuals().add(References.reference(), virtuals);
    }

    @Test
    void itMayWhereTheOwnProfileGoesStraightTooAndIsCounted() throws Exception {
        virtual(Answer.taken(flow -> {}, true));
        for (String ours : List.of("match-all", "none")) {
            answer(ours);
        }
        assertEquals(2, rig.service.core().stats(Settings.ROOT).straight.sum());
        assertEquals(
                List.of(Optional.empty(), Optional.empty()),
                virtuals.asked.stream().map(Arrival::noStraight).toList());
        assertEquals(Opened.CLIENT, virtuals.asked.get(0).client());
        assertEquals("match-all", virtuals.asked.get(0).targetVirtual());
    }

    @Test
    void elsewhereTheReasonIsTold() throws Exception {
        virtual(Answer.refused("x"));
        for (String ours : List.of("virtual-match-all", "host-match-all", "host-match-no-isession")) {
            answer(ours);
            assertEquals(
                    Optional.of(
                            "no virtual server takes it, and no flow goes straight to its destination here: for that"
                                    + " target-virtual of wom profile isession /Common/isession must be match-all or none, not "
                                    + ours),
                    virtuals.asked.get(virtuals.asked.size() - 1).noStraight());
        }
        assertEquals(0, rig.service.core().stats(Settings.ROOT).straight.sum());
    }

    @Test
    void withoutTheModuleOfVirtualServersItIsRefused() throws Exception {
        assertEquals("module virtual is not running", answer("none").refusal());
    }
}
