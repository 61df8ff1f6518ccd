package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.ferrule.software.internal.HotDeploy.Deployed;
import org.ferrule.software.internal.Software.UnsignedPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotDeployTest {
    @TempDir
    Path home;

    private final List<Boolean> watching = new ArrayList<>();
    private Path deploy;
    private Path taken;
    private HotDeploy hotDeploy;

    private static final Pace PACE = new Pace() {
        @Override
        public long seconds() {
            return 0;
        }

        @Override
        public Instant now() {
            return Kars.NOW;
        }

        @Override
        public void pause() {}
    };

    @BeforeEach
    void make() throws IOException {
        deploy = home.resolve("deploy");
        taken = home.resolve("taken");
        hotDeploy = new HotDeploy(deploy, taken, home.resolve("drafts"), PACE, watching::add);
    }

    private void follow(boolean enabled, UnsignedPolicy policy) {
        hotDeploy.follow(new HotDeploy.Policy(enabled, policy, Kars.TRUSTED));
    }

    private void look() throws IOException {
        hotDeploy.look();
        hotDeploy.look();
    }

    private static byte[] unsigned() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return Kars.jar(manifest, Map.of("x", new byte[] {1}));
    }

    private Path signed(String name) throws IOException {
        Path to = deploy.resolve(name);
        Kars.sign(Files.write(home.resolve("u"), unsigned()), Kars.RELEASE, to);
        return to;
    }

    private boolean in(String name) {
        return Files.exists(taken.resolve(name));
    }

    @Test
    void theFoldersAreTheAppliancesOwn() throws IOException {
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(deploy)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(taken)));
    }

    @Test
    void nothingIsTakenInBeforeThePolicyIsKnown() throws IOException {
        signed("a.jar");
        look();
        assertFalse(in("a.jar"));
    }

    @Test
    void anUnsignedFileIsFlaggedOrRefused() throws IOException {
        follow(true, UnsignedPolicy.FLAG);
        Files.write(deploy.resolve("a.jar"), unsigned());
        Files.writeString(deploy.resolve("b.txt"), "no archive");
        signed("c.jar");
        look();
        assertTrue(in("a.jar") && in("b.txt") && in("c.jar"));
        assertEquals("", found("a.jar").signer());
        assertEquals("release", found("c.jar").signer());
        follow(true, UnsignedPolicy.REFUSE);
        look();
        assertFalse(in("a.jar") || in("b.txt"));
        assertTrue(in("c.jar"));
        assertTrue(found("a.jar").reason().endsWith("unsigned-policy is refuse"));
    }

    private Deployed found(String name) {
        return hotDeploy.deployed().stream()
                .filter(d -> d.file().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFileThatIsStillBeingWrittenWaits() throws IOException {
        follow(true, UnsignedPolicy.FLAG);
        Path file = deploy.resolve("a.jar");
        Files.write(file, new byte[10]);
        hotDeploy.look();
        Files.write(file, unsigned());
        hotDeploy.look();
        assertFalse(in("a.jar"));
        hotDeploy.look();
        assertArrayEquals(unsigned(), Files.readAllBytes(taken.resolve("a.jar")));
    }

    @Test
    void aChangedFileIsJudgedAfresh() throws IOException {
        follow(true, UnsignedPolicy.REFUSE);
        Path file = signed("a.jar");
        look();
        assertTrue(in("a.jar"));
        Files.write(file, unsigned());
        Files.setLastModifiedTime(file, FileTime.from(Kars.NOW));
        look();
        assertFalse(in("a.jar"));
    }

    @Test
    void aRemovedFileGoes() throws IOException {
        follow(true, UnsignedPolicy.FLAG);
        Path file = signed("a.jar");
        look();
        Files.delete(file);
        look();
        assertFalse(in("a.jar"));
        assertEquals(List.of(), hotDeploy.deployed());
    }

    @Test
    void whatWasTakenInBeforeIsJudgedBeforeTheDeployersBegin() throws IOException {
        Files.write(taken.resolve("old.jar"), unsigned());
        Files.write(deploy.resolve("old.jar"), unsigned());
        Files.write(taken.resolve("gone.jar"), unsigned());
        HotDeploy next = new HotDeploy(deploy, taken, home.resolve("drafts"), PACE, now -> {
            assertFalse(in("old.jar") || in("gone.jar"));
            watching.add(now);
        });
        next.follow(new HotDeploy.Policy(true, UnsignedPolicy.REFUSE, Kars.TRUSTED));
        assertEquals(List.of(true), watching);
    }

    @Test
    void switchedOffNothingComesOrGoes() throws IOException {
        follow(true, UnsignedPolicy.FLAG);
        signed("a.jar");
        look();
        follow(false, UnsignedPolicy.FLAG);
        signed("b.jar");
        Files.delete(deploy.resolve("a.jar"));
        look();
        assertTrue(in("a.jar"));
        assertFalse(in("b.jar"));
        assertEquals("hot-deploy is off", found("b.jar").reason());
        assertEquals(List.of(true, false), watching);
    }

    @Test
    void aLinkLeadsNowhere() throws IOException {
        follow(true, UnsignedPolicy.FLAG);
        Path outside = Files.write(home.resolve("outside"), unsigned());
        Files.createSymbolicLink(deploy.resolve("a.jar"), outside);
        look();
        assertFalse(in("a.jar"));
        assertEquals("it is no plain file", found("a.jar").reason());
    }
}
