package org.ferrule.lab.chaos;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SigningKey;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/**
 * Two appliances with a WAN between them that can be pulled, servers behind both, and traffic that never ends: through the
 * tunnel, with the branch's own server for when there is none, and plain at either end.
 */
final class Grounds implements AutoCloseable {
    /** The share of dictionaries, so small that it is filled and pruned. */
    private static final int MEMORY = 32;

    private static final int DISK = 64;
    private static final int CHECKED = 1_500_000;
    private static final List<String> COMPARED =
            List.of("ltm virtual", "ltm pool", "wom profile isession", "cm trusted-device", "sys datastor");

    private final Sites sites;
    private final Rooms rooms;
    private final RawServer far = RawServer.on(Sites.ORIGIN);
    private final RawServer near = RawServer.on(SitePlan.LOCAL);
    private final Wan wan;
    private final InetSocketAddress tunnelled = free(Sites.BRANCH);
    private final Map<Appliance, InetSocketAddress> plain = new HashMap<>();
    private final Roads roads = new Roads();
    private final Map<Appliance, Map<String, String>> configured = new HashMap<>();
    private final Map<Appliance, Map<String, String>> bundles = new HashMap<>();
    private final SigningKey signer = SigningKey.generate("chaos");

    /** Nothing runs yet. The homes are on disks of their own, if this machine can give such. */
    Grounds(Path folder, boolean ownMounts) throws IOException {
        rooms = new Rooms(ownMounts);
        sites = Sites.onFreePorts(folder);
        for (Appliance each : List.of(sites.branch(), sites.dc())) {
            rooms.give(each);
            Clock.give(each);
        }
        plain.put(sites.branch(), free(Sites.BRANCH));
        plain.put(sites.dc(), free(Sites.DC));
        wan = Wan.between("127.0.21.1", sites.tunnel());
    }

    /** Starts and joins both, and has traffic begin. */
    void start() throws IOException {
        sites.start();
        configure();
        AgentClient.deploy(sites.branch()).close();
        AgentClient.deploy(sites.dc()).close();
        roads.begin(Road.TUNNELLED, tunnelled);
        roads.begin(Road.BRANCH, plain.get(sites.branch()));
        roads.begin(Road.DC, plain.get(sites.dc()));
        remember(sites.branch());
        remember(sites.dc());
    }

    private static InetSocketAddress free(String address) {
        return new InetSocketAddress(address, Ports.free(address, 0));
    }

    // ---- configuration

    private void configure() {
        try (Tmsh dc = sites.dc().ssh()) {
            dc.must("modify wom local-endpoint addresses add { " + Sites.DC + " } tunnel-port "
                    + sites.tunnel().getPort());
        }
        sites.pair(command -> {});
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw members add { " + far.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + SitePlan.member(tunnelled)
                    + " vlans-enabled vlans add { isession } pool raw");
            branch.must("create ltm pool raw members add { " + near.member() + " } monitor tcp");
            branch.must("create ltm pool dc_endpoints members add { " + SitePlan.member(wan.address()) + " }");
            branch.must("create wom profile isession to_dc endpoint-pool dc_endpoints dead-peer-timeout 5");
            dc.must("modify wom profile isession isession dead-peer-timeout 5");
            branch.must("create ltm virtual raw destination " + SitePlan.member(tunnelled)
                    + " profiles add { to_dc { context serverside } } pool raw");
            branch.must("create sys software signer chaos certificate \"" + signer.certificatePem() + "\"");
            for (Tmsh each : List.of(dc, branch)) {
                each.must("create ltm virtual plain destination "
                        + SitePlan.member(plain.get(each == dc ? sites.dc() : sites.branch())) + " pool raw");
                each.must("modify sys datastor memory-cache-size " + MEMORY + " disk-cache-size " + DISK);
                each.must("modify sys health interval 1");
                each.must("save sys config");
            }
        }
    }

    /** What runs now, in configuration and bundles, is what has to run again after a fault. */
    void remember(Appliance at) {
        configured.put(at, configuration(at));
        bundles.put(at, modules(at));
    }

    private static Map<String, String> configuration(Appliance at) {
        Map<String, String> all = new TreeMap<>();
        try (Tmsh tmsh = at.ssh()) {
            COMPARED.forEach(kind -> all.put(kind, tmsh.must("list " + kind)));
        }
        return all;
    }

    // ---- what is where

    Appliance branch() {
        return sites.branch();
    }

    Appliance dc() {
        return sites.dc();
    }

    Appliance other(Appliance at) {
        return at == sites.dc() ? sites.branch() : sites.dc();
    }

    Wan wan() {
        return wan;
    }

    Rooms rooms() {
        return rooms;
    }

    /** The road that ends at this appliance. */
    Road own(Appliance at) {
        return at == sites.dc() ? Road.DC : Road.BRANCH;
    }

    /** Signs images that the branch takes. */
    SigningKey signer() {
        return signer;
    }

    // ---- traffic

    /** The traffic that never ends. */
    Roads roads() {
        return roads;
    }

    /** Opens a connection to the plain virtual server of an appliance, whether or not that takes it. */
    Socket call(Appliance at) throws IOException {
        Socket socket = new Socket();
        socket.connect(plain.get(at));
        return socket;
    }

    /** Waits until there is a tunnel with all its fibres. */
    void awaitTunnel() {
        sites.awaitTunnel(true);
    }

    /** Has bytes go through the tunnel that went through it before, and checks each. */
    void repeat(int times) {
        for (int i = 0; i < times; i++) {
            try {
                RawClient.transfer(tunnelled, CHECKED, CHECKED, i % 4);
            } catch (IOException e) {
                throw new Broken("a transfer through the tunnel: " + e.getMessage());
            }
        }
    }

    // ---- what is shown

    /** Waits until what is shown matches. */
    static void shows(Appliance at, String command, String pattern) {
        Await.until(at.name() + " shows \"" + pattern + "\" in " + command, () -> {
            try (Tmsh tmsh = at.ssh()) {
                return tmsh.must(command).lines().anyMatch(line -> line.matches(".*(" + pattern + ").*"));
            }
        });
    }

    // ---- starting again

    /** What systemd does when the appliance ended by itself: starts it again, unless its exit code forbids that. */
    void revive(Appliance at) {
        try {
            int code = at.process().waitFor();
            if (code == 0 || code == 2) {
                throw new Broken(
                        at.name() + " ended with " + code + ", with which systemd starts it no more:\n" + at.output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (!at.output().contains("the appliance ended by itself, with exit code")) {
            throw new Broken(at.name() + " ended and its launcher did not say so:\n" + at.output());
        }
        start(at);
    }

    /** Starts it, with the configuration that it saved. */
    void start(Appliance at) {
        try {
            Files.deleteIfExists(at.home().resolve("agent-port"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        at.start();
    }

    /** The agent in it. */
    AgentClient agent(Appliance at) {
        try {
            return AgentClient.in(at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- being whole

    /** Waits until all is as it was before anything went wrong. */
    void whole() {
        for (Appliance each : List.of(sites.branch(), sites.dc())) {
            Await.until(each.name() + " answers", () -> answers(each));
            Await.until(each.name() + " has all its modules", () -> bundles.get(each)
                    .equals(modules(each)));
            Await.until(each.name() + " is configured as before", () -> differing(each)
                    .isEmpty());
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.branch(), "raw");
        Sites.awaitPool(sites.dc(), "raw");
        for (Appliance each : List.of(sites.branch(), sites.dc())) {
            Await.until(each.name() + " finds nothing wrong: " + problems(each), () -> problems(each)
                    .isEmpty());
        }
        // What began while there was no tunnel stays out of it.
        roads.renew(Road.TUNNELLED);
        throughTheTunnel();
        roads.serve(Road.values());
    }

    private void throughTheTunnel() {
        long before = sites.traffic().rawOut();
        repeat(4);
        if (sites.traffic().rawOut() - before < CHECKED) {
            throw new Broken("what should go through the tunnel does not, though it is up");
        }
    }

    private static boolean answers(Appliance at) {
        try (Tmsh tmsh = at.ssh()) {
            return tmsh.run("show sys health").exit() == 0;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private String differing(Appliance at) {
        Map<String, String> now = configuration(at);
        List<String> differing = new ArrayList<>();
        configured.get(at).forEach((kind, text) -> {
            if (!text.equals(now.get(kind))) {
                differing.add(now.get(kind));
            }
        });
        return String.join("\n", differing);
    }

    /** Our bundles and their versions and states. */
    Map<String, String> modules(Appliance at) {
        Map<String, String> ours = new TreeMap<>();
        try (AgentClient agent = agent(at)) {
            for (String line : agent.ask("bundles")) {
                if (line.startsWith("org.ferrule.")) {
                    ours.put(line.substring(0, line.lastIndexOf(' ')), line.substring(line.lastIndexOf(' ') + 1));
                }
            }
        } catch (IOException | RuntimeException notYet) {
            // It has just been started, or its agent has.
            return Map.of();
        }
        return ours;
    }

    /** What is wrong by the appliance's own word; of dictionaries begun anew and clocks set it tells for ten minutes. */
    private static List<String> problems(Appliance at) {
        List<String> problems = new ArrayList<>();
        try (Tmsh tmsh = at.ssh()) {
            JsonObject health =
                    tmsh.json("show sys health").getAsJsonArray().get(0).getAsJsonObject();
            if (health.has("parts")) {
                for (JsonElement part : health.getAsJsonArray("parts")) {
                    String subject = part.getAsJsonObject().get("name").getAsString();
                    if (!subject.startsWith("wom deduplication ") && !subject.equals("clock")) {
                        problems.add(subject + ": "
                                + part.getAsJsonObject().get("reason").getAsString());
                    }
                }
            }
        }
        return problems;
    }

    /** What both say of themselves, for whoever looks for the reason. */
    String complaints() {
        StringBuilder text = new StringBuilder();
        for (Appliance each : List.of(sites.branch(), sites.dc())) {
            try {
                text.append(each.name()).append(": ").append(problems(each)).append('\n');
            } catch (RuntimeException mute) {
                text.append(each.name())
                        .append(" does not answer: ")
                        .append(mute)
                        .append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        roads.close();
        try (far;
                near;
                wan) {
            sites.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Stream.of(sites.branch(), sites.dc())
                    .filter(each -> Files.isDirectory(each.home().resolve("log")))
                    .forEach(rooms::leave);
        }
    }
}
