package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an {@code ltm profile http} to what servers get, and to {@code show}. */
class HttpProfileTest {
    private static final String GZIP = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
    private static final String IDENTITY = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\n\r\n";

    private final Rig rig = new Rig().net().pools().tunnels();

    @BeforeEach
    void aPool() {
        rig.members.put("10.0.0.1", true);
    }

    private void profile(String name, Map<String, Object> properties) throws Exception {
        rig.commit(
                rig.running.with(new ConfigObject(new ObjectId(HttpProfile.KIND, "/Common/" + name), 1, properties)));
    }

    private void virtual(String profile, Map<String, Object> more) throws Exception {
        Map<String, Object> profiles = new HashMap<>();
        profiles.put("/Common/" + profile, Map.of());
        if (more.get("profiles") instanceof Map<?, ?> others) {
            others.forEach((name, use) -> profiles.put((String) name, use));
        }
        rig.virtual("v", "203.0.113.2:80", Map.of("pool", "/Common/web", "profiles", profiles));
    }

    private Peer call(String sent) {
        Peer client = rig.call();
        client.send(sent);
        rig.network.loop.run();
        return client;
    }

    private String last() {
        return rig.servers.get(rig.servers.size() - 1).text();
    }

    @Test
    void theShippedProfileLeavesRequestsAlone() throws Exception {
        virtual("http", Map.of());
        call(GZIP);
        assertEquals(GZIP, last());
    }

    @Test
    void newConnectionsFollowTheProfileAndOldOnesStay() throws Exception {
        profile("plain", Map.of());
        virtual("plain", Map.of());
        Peer old = call(GZIP);
        profile("plain", Map.of("accept-encoding", "identity"));
        call(GZIP);
        assertEquals(IDENTITY, last());
        old.send(GZIP);
        rig.network.loop.run();
        assertEquals(GZIP + GZIP, rig.servers.get(0).text());
    }

    @Test
    void whatAProfileInheritsHolds() throws Exception {
        profile("plain", Map.of("accept-encoding", "identity"));
        profile("child", Map.of("defaults-from", "/Common/plain"));
        virtual("child", Map.of());
        call(GZIP);
        assertEquals(IDENTITY, last());
    }

    @Test
    void aServerThatIsReachedForWantOfATunnelIsAskedTheSame() throws Exception {
        profile("plain", Map.of("accept-encoding", "identity"));
        virtual("plain", Rig.TUNNELLED);
        Peer client = rig.call();
        FakeStream flow = FakeStream.pair(rig.network.loop);
        Peer peer = new Peer(flow.far());
        rig.flow.opened(flow);
        client.send(GZIP + GZIP.substring(0, 20));
        rig.network.loop.run();
        assertEquals(IDENTITY, peer.text());
        assertTrue(rig.flow.takeBack(flow));
        rig.flow.refused("no member");
        client.send(GZIP.substring(20));
        rig.network.loop.run();
        assertEquals(IDENTITY + IDENTITY, last());
    }

    @Test
    void anUnfinishedHeadReachesTheServerBeforeTheEnd() throws Exception {
        profile("plain", Map.of("accept-encoding", "identity"));
        virtual("plain", Map.of());
        Peer client = call("GET / HT");
        assertEquals("", last());
        client.stream.shutdownOutput();
        rig.network.loop.run();
        assertEquals("GET / HT", last());
        assertTrue(rig.servers.get(0).inputEnded());
    }

    @Test
    void whatWasSeenIsShownByProfile() throws Exception {
        profile("plain", Map.of("accept-encoding", "identity"));
        virtual("plain", Map.of());
        call(GZIP + IDENTITY);
        call("SSH-2.0-x\r\n");
        List<Status> all = new HttpStatus(rig.service).status();
        assertEquals(
                List.of("/Common/http", "/Common/plain"),
                all.stream().map(Status::name).toList());
        assertEquals(
                Map.of(
                        "accept-encoding", "identity",
                        "requests", 2L,
                        "changed-requests", 1L,
                        "opaque-connections", 1L),
                all.get(1).values());
        assertEquals(0L, all.get(0).values().get("requests"));
    }
}
