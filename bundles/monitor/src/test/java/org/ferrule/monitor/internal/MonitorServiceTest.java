package org.ferrule.monitor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.Peer;
import org.ferrule.testing.References;
import org.ferrule.traffic.Monitors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class MonitorServiceTest {
    private static final InetSocketAddress TARGET = new InetSocketAddress("10.0.0.1", 80);
    private static final Monitors.Health UP = new Monitors.Health(true, "");

    private final FakeNetwork network = new FakeNetwork();
    private final ServiceReference<Network> reference = References.reference();
    private final MonitorService service = new MonitorService();
    private final List<Monitors.Health> told = new ArrayList<>();
    private ConfigTree tree = ConfigTree.of(List.of(shipped("tcp"), shipped("http")), List.of());

    private static ConfigObject shipped(String kind) {
        return new ConfigObject(new ObjectId("ltm monitor " + kind, "/Common/" + kind), 1, Map.of());
    }

    @BeforeEach
    void start() {
        network.loop.eager();
        service.bindNetwork(reference, network);
        service.reconcile(tree);
    }

    private void put(String kind, String name, Map<String, Object> properties) throws ConfigException {
        ConfigTree next =
                tree.with(new ConfigObject(new ObjectId("ltm monitor " + kind, "/Common/" + name), 1, properties));
        service.prepare(tree, next).close();
        tree = next;
        service.reconcile(tree);
    }

    private Monitors.Watch watch(String rule) {
        Monitors.Watch watch = service.watch(TARGET, rule, told::add);
        network.loop.run();
        return watch;
    }

    private Peer serve() {
        return new Peer(network.next().take());
    }

    private List<Peer> serveAll() {
        return network.dialled().stream()
                .map(connection -> new Peer(connection.take()))
                .toList();
    }

    private void next() {
        network.loop.pass(Duration.ofMillis(5500));
    }

    @Test
    void theFirstResultAndEveryChangeAreTold() {
        watch("/Common/tcp");
        serve();
        assertEquals(List.of(UP), told);
        for (int i = 0; i < 4; i++) {
            next();
            network.next().refuse("refused");
        }
        assertEquals(List.of(UP, new Monitors.Health(false, "/Common/tcp: refused")), told);
        next();
        serve();
        assertEquals(3, told.size());
    }

    @Test
    void allMonitorsJoinedByAndMustBeContent() {
        watch("/Common/tcp and /Common/http");
        List<Peer> servers = serveAll();
        assertEquals(List.of(), told, "http has not been answered yet");
        servers.forEach(server -> server.send("HTTP/1.1 200 OK"));
        assertEquals(List.of(UP), told);
    }

    @Test
    void ofSomeMonitorsOneIsEnough() {
        watch("min 1 of { /Common/tcp /Common/http }");
        List<Peer> servers = serveAll();
        assertEquals(List.of(UP), told);
        servers.forEach(server -> server.stream.shutdownOutput());
        assertEquals(List.of(UP), told);
    }

    @Test
    void ofSomeMonitorsNoneMeansDown() {
        watch("min 1 of { /Common/tcp /Common/http }");
        network.dialled().get(0).refuse("refused");
        assertEquals(List.of(), told, "the other may still be content");
        network.dialled().get(1).refuse("refused");
        assertEquals(false, told.get(0).up());
    }

    @Test
    void aWatchThatIsClosedProbesAndTellsNoMore() {
        Monitors.Watch watch = watch("/Common/tcp");
        watch.close();
        serve();
        next();
        assertEquals(List.of(), told);
        assertEquals(1, network.dialled().size());
    }

    @Test
    void aStoppedModuleProbesNoMore() {
        watch("/Common/tcp");
        serve();
        service.deactivate();
        next();
        assertEquals(1, network.dialled().size());
    }

    @Test
    void aChangedMonitorProbesAtOnceAndAnUnchangedOneDoesNot() throws Exception {
        watch("/Common/tcp");
        serve();
        put("http", "other", Map.of());
        network.loop.run();
        assertEquals(1, network.dialled().size());
        put("tcp", "tcp", Map.of("send", "hello"));
        assertEquals("hello", serve().text());
        assertEquals(2, network.dialled().size());
    }

    @Test
    void aNetworkModuleThatComesBackIsProbedThrough() {
        watch("/Common/tcp");
        serve();
        service.unbindNetwork(reference);
        next();
        assertEquals(1, network.dialled().size());
        service.bindNetwork(reference, network);
        serve();
        assertEquals(2, network.dialled().size());
        assertEquals(List.of(UP), told);
    }

    @Test
    void monitorsInheritFromTheirParents() throws Exception {
        put("tcp", "parent", Map.of("send", "hello"));
        put("tcp", "child", Map.of("defaults-from", "/Common/parent", "interval", "3"));
        watch("/Common/child");
        assertEquals("hello", serve().text());
    }

    @Test
    void aTimeoutMustBeLongerThanTheInterval() {
        assertEquals(
                "01070734:3: Configuration error: monitor /Common/m: timeout (5 s) must be greater than interval (5 s);"
                        + " 3 times the interval plus 1 is usual",
                assertThrows(ConfigException.class, () -> put("tcp", "m", Map.of("timeout", "5")))
                        .getMessage());
    }

    @Test
    void aFaultyExpressionIsRefused() {
        assertEquals(
                "01070734:3: Configuration error: monitor /Common/m: recv is no regular expression: Unclosed group",
                assertThrows(ConfigException.class, () -> put("http", "m", Map.of("recv", "(")))
                        .getMessage());
    }
}
