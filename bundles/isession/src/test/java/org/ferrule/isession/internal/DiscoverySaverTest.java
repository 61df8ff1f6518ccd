package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.testing.References;
import org.junit.jupiter.api.Test;

/** How endpoints that were found get into the configuration. */
class DiscoverySaverTest {
    private final ServiceRig rig = new ServiceRig();
    private final FakeOwner peer = new FakeOwner();
    private final List<Edit> edits = new ArrayList<>();
    private String refusal = "";

    /** The configuration is that of the rig. */
    private final Configuration configuration = new Configuration() {
        @Override
        public ConfigTree running() {
            return rig.tree;
        }

        @Override
        public ConfigTree commit(List<Edit> wanted) throws ConfigException {
            edits.addAll(wanted);
            if (!refusal.isEmpty()) {
                throw ConfigException.invalid(refusal);
            }
            Edit.Create create = (Edit.Create) wanted.get(0);
            Map<String, Object> properties = new HashMap<>();
            create.assigns().forEach(a -> properties.put(a.property(), ((Assign.Value) a).value()));
            rig.put(create.id().kind(), create.id().name(), properties);
            return rig.tree;
        }

        @Override
        public Collection<KindDescriptor> kinds() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean available(String kind) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Path> save() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean saved() {
            return true;
        }

        @Override
        public ConfigTree load() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ConfigTree load(String text, String source, boolean merge, boolean verify) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> notices() {
            throw new UnsupportedOperationException();
        }
    };

    /** The data centre was found; its tunnel is being dialled. */
    private void find(Map<String, Object> settings) throws ConfigException {
        new DiscoveryStatus(rig.service).bindConfiguration(References.reference(), configuration);
        Map<String, Object> all = new HashMap<>(settings);
        all.put("mode", "enable-tcp");
        rig.put(EndpointDiscovery.KIND, "", all);
        rig.put("wom local-endpoint", "", Map.of("tunnel-port", "4443"));
        rig.open(Settings.ROOT, new InetSocketAddress("2001:db8::7", 80));
        FakeOwner probed = new FakeOwner();
        probed.hello = Map.of("endpoints", "2001:db8::7.4443");
        rig.answer(probed, Joined.RUNS);
        rig.look();
    }

    private void up() {
        rig.answer(peer, Joined.RUNS);
        rig.look();
    }

    private RemoteEndpoint saved(String name) {
        return rig.service.core().settings().remotes().get(name);
    }

    @Test
    void anEndpointIsSavedOnceItsTunnelWasUpAndStaysWhatItIs() throws ConfigException {
        find(Map.of());
        rig.look();
        assertEquals(List.of(), edits, "nobody knows yet whether it can be called there");
        up();
        Fibre fibre = rig.service.endpoints().get(Settings.ROOT).get(0).fibres().get(0);
        RemoteEndpoint dc = saved("/Common/dc");
        assertEquals("2001:db8::7", dc.address());
        assertEquals(4443, dc.tunnelPort());
        assertEquals(RemoteEndpoint.Origin.DISCOVERED, dc.origin());
        rig.look();
        rig.look();
        assertEquals(1, edits.size());
        assertTrue(fibre.ready(), "it is the same tunnel");
        assertEquals(List.of(), rig.open(Settings.ROOT, new InetSocketAddress("2001:db8::7", 80)).refused);
        assertEquals(
                List.of("no endpoint of /Common/isession has a route"),
                rig.open(Settings.ROOT, new InetSocketAddress("2001:db8::8", 80)).refused);
        assertEquals(1, rig.endpoints(Settings.ROOT).size());
    }

    @Test
    void oneThatIsTakenOutIsLeft() throws ConfigException {
        find(Map.of());
        up();
        rig.look();
        rig.remove("wom remote-endpoint", "/Common/dc");
        rig.look();
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
    }

    @Test
    void aNameThatIsTakenGetsANumber() throws ConfigException {
        rig.remote("/Common/dc", "192.0.2.50", Map.of("endpoint", "disabled"));
        find(Map.of());
        up();
        assertEquals("2001:db8::7", saved("/Common/dc-2").address());
    }

    @Test
    void withoutAutoSaveItIsOnlyUsed() throws ConfigException {
        find(Map.of("auto-save", "disabled"));
        up();
        assertEquals(List.of(), edits);
        assertEquals(1, rig.endpoints(Settings.ROOT).size());
    }

    @Test
    void aRefusalIsToldOnceAndTriedAgainAfterAChange() throws ConfigException {
        refusal = "wrong";
        find(Map.of());
        List<String> logged = Logged.during(() -> {
            up();
            rig.look();
            rig.look();
        });
        assertEquals(1, edits.size());
        assertEquals(1, logged.size(), logged.toString());
        String shown = (String)
                new DiscoveryStatus(rig.service).status().get(0).values().get("save-problem");
        assertTrue(shown.startsWith("wom remote-endpoint /Common/dc: ") && shown.endsWith("wrong"), shown);
        refusal = "";
        rig.put("wom profile isession", "/Common/other", Map.of());
        rig.look();
        assertEquals("2001:db8::7", saved("/Common/dc").address());
        assertEquals(
                "", new DiscoveryStatus(rig.service).status().get(0).values().get("save-problem"));
    }
}
