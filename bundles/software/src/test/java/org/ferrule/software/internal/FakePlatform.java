package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarInputStream;
import org.osgi.framework.Version;

/** A framework that remembers what was done with it, and fails where a test wants it to. */
final class FakePlatform implements Platform {
    final Map<Long, Installed> bundles = new LinkedHashMap<>();
    final Map<String, String> digests = new HashMap<>();
    final Map<Long, Integer> users = new HashMap<>();
    final Set<Long> draining = new HashSet<>();
    final List<String> done = new ArrayList<>();
    final List<String> conflicts = new ArrayList<>();
    final Map<String, String> ailing = new HashMap<>();
    final Map<String, String> problems = new HashMap<>();
    final List<Fallen> fallen = new ArrayList<>();
    /** What fails: "install test.pool 1.1.0", "start …", "resolve". */
    String failing = "";

    private long next = 1;
    /** Who asks; not among the bundles, unless a test puts it there. */
    Installed self = new Installed(0, "test.software", Version.parseVersion("1.0.0"), true, 60, "mvn:self", false);

    Installed add(String name, String version, int startLevel, String location, boolean exports) {
        Installed bundle =
                new Installed(next++, name, Version.parseVersion(version), true, startLevel, location, exports);
        bundles.put(bundle.id(), bundle);
        return bundle;
    }

    Installed module(String name, String version) {
        return add(name, version, 60, "mvn:g/" + name + "/" + version, false);
    }

    List<String> running() {
        return bundles.values().stream().map(Installed::named).sorted().toList();
    }

    private void act(String what) throws IOException {
        if (what.equals(failing)) {
            throw new IOException(what + " fails");
        }
        done.add(what);
    }

    @Override
    public List<Installed> bundles() {
        return List.copyOf(bundles.values());
    }

    @Override
    public Installed self() {
        return self;
    }

    @Override
    public Optional<String> sha256(Installed bundle) {
        return Optional.ofNullable(digests.get(bundle.named()));
    }

    @Override
    public byte[] content(Installed bundle) throws IOException {
        act("read " + bundle.named());
        return Kars.bundle(bundle.symbolicName(), bundle.version().toString());
    }

    @Override
    public long install(String location, InputStream content, int startLevel) throws IOException {
        try (JarInputStream jar = new JarInputStream(content)) {
            var main = jar.getManifest().getMainAttributes();
            String name = main.getValue("Bundle-SymbolicName");
            String version = main.getValue("Bundle-Version");
            act("install " + name + " " + version);
            return add(name, version, startLevel, location, false).id();
        }
    }

    @Override
    public List<String> conflicts(Set<Long> ids) {
        return List.copyOf(conflicts);
    }

    @Override
    public void resolve(Set<Long> ids) throws IOException {
        act("resolve");
    }

    @Override
    public void start(long id) throws IOException {
        act("start " + bundles.get(id).named());
    }

    @Override
    public List<String> ailments(long id, Optional<Long> predecessor) {
        String ailment = ailing.get(bundles.get(id).named());
        return ailment == null ? List.of() : List.of(ailment);
    }

    @Override
    public Map<String, String> problems() {
        return Map.copyOf(problems);
    }

    @Override
    public List<Fallen> fallen() {
        return List.copyOf(fallen);
    }

    @Override
    public void raise(Fallen lost) throws IOException {
        act("raise " + lost.named());
        fallen.remove(lost);
    }

    @Override
    public void drain(long id) {
        done.add("drain " + bundles.get(id).named());
        draining.add(id);
    }

    @Override
    public void resume(long id) {
        done.add("resume " + bundles.get(id).named());
        draining.remove(id);
    }

    @Override
    public int users(long id) {
        return users.getOrDefault(id, 0);
    }

    @Override
    public Optional<String> requirement(Installed bundle) {
        return bundle.location().startsWith("mvn:") ? Optional.of("feature:" + bundle.named()) : Optional.empty();
    }

    @Override
    public void remove(long id) throws IOException {
        act("remove " + bundles.get(id).named());
        bundles.remove(id);
    }

    @Override
    public void putBack(String requirement) throws IOException {
        String[] words = requirement.substring("feature:".length()).split(" ");
        act("put back " + words[0]);
        module(words[0], words[1]);
    }
}
