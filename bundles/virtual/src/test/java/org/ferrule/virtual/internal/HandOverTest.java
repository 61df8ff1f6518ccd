package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.Peer;
import org.ferrule.testing.References;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

/** Listeners and connections while the module net, or this one, is replaced. */
class HandOverTest {
    private final Later later = new Later();
    private final Rig rig = new Rig(later).pools();
    private final FakeNetwork next = new FakeNetwork();
    private final ServiceReference<Network> first = References.reference("1.0.0");
    private final ServiceReference<Network> second = References.reference("2.0.0");

    /** Keeps what is to be done later; a test does it. */
    private static final class Later extends ScheduledThreadPoolExecutor {
        private Runnable task = () -> {};

        Later() {
            super(0);
        }

        void pass() {
            task.run();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            task = command;
            return null;
        }
    }

    private void listen() throws Exception {
        rig.service.bindNetwork(first, rig.network);
        rig.members.put("192.0.2.1", true);
        rig.virtual("a", "203.0.113.2:80", Map.of("pool", "/Common/p"));
        assertEquals(Set.of(80), rig.network.ports());
    }

    @Test
    void theListenerGoesToTheNewNetworkWhenTunnelsHadAMomentToComeUp() throws Exception {
        listen();
        rig.service.bindNetwork(second, next);
        assertEquals(Set.of(80), rig.network.ports(), "not at once");
        assertEquals(Set.of(), next.ports());
        later.pass();
        assertEquals(Set.of(), rig.network.ports());
        assertEquals(Set.of(80), next.ports());
        assertEquals(0, next.binds(), "it was handed over, not bound again");
        rig.service.unbindNetwork(first);
        assertEquals(Set.of(80), next.ports());
    }

    @Test
    void whenTheOldNetworkGoesFirstTheListenerGoesAtOnce() throws Exception {
        listen();
        rig.service.bindNetwork(second, next);
        rig.service.unbindNetwork(first);
        assertEquals(Set.of(80), next.ports());
        assertEquals(0, next.binds());
    }

    @Test
    void whileThereIsNoNetworkWhatListenedIsKept() throws Exception {
        listen();
        rig.service.unbindNetwork(first);
        assertEquals(Set.of(), rig.network.ports());
        rig.service.bindNetwork(second, next);
        assertEquals(Set.of(80), next.ports());
        assertEquals(0, next.binds());
    }

    @Test
    void aConnectionStaysInTheNetworkThatTookIt() throws Exception {
        rig.network.server(connection -> {});
        listen();
        Peer client = rig.call();
        rig.service.bindNetwork(second, next);
        later.pass();
        rig.network.loop.run();
        assertEquals(1, rig.network.dialled().size());
        assertEquals(0, next.dialled().size());
        assertEquals(false, client.stream.closed());
    }

    @Test
    void drainedItCountsItsConnectionsAndTakesNoMoreUntilItResumes() throws Exception {
        listen();
        rig.call();
        rig.network.loop.run();
        assertEquals(1, rig.service.users());
        rig.service.drain();
        assertEquals(Set.of(), rig.network.ports());
        assertEquals(1, rig.service.users());
        rig.virtual("b", "203.0.113.2:81", Map.of("pool", "/Common/p"));
        assertEquals(Set.of(), rig.network.ports(), "the newer version listens");
        rig.service.resume();
        assertEquals(Set.of(80, 81), rig.network.ports());
    }

    @Test
    void connectionsOfAVirtualServerThatIsGoneCountToo() throws Exception {
        listen();
        Peer client = rig.call();
        rig.network.loop.run();
        rig.commit(rig.running.without(new org.ferrule.config.ObjectId("ltm virtual", "/Common/a")));
        assertEquals(1, rig.service.users());
        client.stream.reset();
        rig.network.loop.run();
        assertEquals(0, rig.service.users());
    }
}
