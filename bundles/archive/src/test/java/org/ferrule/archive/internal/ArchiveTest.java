package org.ferrule.archive.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Status.Availability;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives saved on one appliance and loaded on it, or on another. */
class ArchiveTest {
    private static final String HASH = "$pbkdf2-sha512$i=210000$c2FsdA$aGFzaA==";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----\nthekey\n-----END PRIVATE KEY-----\n";
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----\nweb\n-----END CERTIFICATE-----\n";

    @TempDir
    Path folder;

    private Site dc;
    private Site other;

    @BeforeEach
    void sites() throws IOException {
        dc = new Site(folder.resolve("dc"), "one");
        other = new Site(folder.resolve("other"), "two");
        dc.configuration.user(
                "ann",
                Map.of(
                        "encrypted-password",
                        HASH,
                        "token",
                        dc.secrets.seal(bytes("the token")),
                        "description",
                        "say \"hi\" to { all }"));
        dc.put("keys/device.key", dc.secrets.seal(bytes("device key")) + "\n")
                .put("keys/device.crt", CERTIFICATE)
                .put("keys/master.key", "the master key")
                .put("keys/ssh_host_rsa_key", dc.secrets.seal(bytes("host key")) + "\n")
                .put("ssl/web.crt", CERTIFICATE)
                .put("ssl/web.key", KEY);
        other.put("keys/master.key", "another master key").put("keys/device.crt", "other");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void withAPassphraseEverythingComesBackOnAnotherAppliance() throws Exception {
        assertTrue(dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE).contains("a.ucs is saved."));
        other.fetch(dc, "a.ucs");
        String said = other.run("load", "name", "a", "passphrase", Site.PASSPHRASE);
        assertTrue(
                said.contains("Replaced: keys/device.crt, keys/device.key, keys/ssh_host_rsa_key, ssl/web.crt"), said);
        assertTrue(said.contains("when the appliance is started again"), said);
        Map<String, Object> ann =
                other.configuration.running().own().values().iterator().next().properties();
        assertEquals(HASH, ann.get("encrypted-password"));
        assertEquals("the token", opened(other, (String) ann.get("token")));
        assertEquals("say \"hi\" to { all }", ann.get("description"));
        assertEquals(
                "device key", opened(other, other.content("keys/device.key").strip()));
        assertEquals(
                "host key", opened(other, other.content("keys/ssh_host_rsa_key").strip()));
        assertEquals(KEY, other.content("ssl/web.key"));
        assertEquals(CERTIFICATE, other.content("ssl/web.crt"));
        assertEquals("another master key", other.content("keys/master.key"));
        assertTrue(other.content("config/ferrule.conf").contains("description"));
        assertFalse(other.has("ucs/load.undo"));
    }

    private static String opened(Site site, String sealed) throws ConfigException {
        return new String(site.secrets.open(sealed), StandardCharsets.UTF_8);
    }

    @Test
    void withoutAPassphraseItHoldsNoSecretAndComesBackOnTheSameAppliance() throws Exception {
        String said = dc.run("save", "name", "a.ucs");
        assertTrue(said.contains("can be loaded on this appliance only"), said);
        String all = "";
        for (Map.Entry<String, byte[]> file :
                TarForm.read(dc.archive("a.ucs")).files().entrySet()) {
            all += file.getKey() + "\n" + new String(file.getValue(), StandardCharsets.UTF_8) + "\n";
        }
        for (String secret : List.of(HASH, "the token", "thekey", "device key", "host key", "the master key")) {
            assertFalse(all.contains(secret), secret);
        }
        String before = dc.configuration.text();
        dc.configuration.load("", "", false, false);
        dc.put("ssl/web.key", "another");
        dc.run("load", "name", "a");
        assertEquals(before, dc.configuration.text());
        assertEquals(KEY, dc.content("ssl/web.key"));
    }

    @Test
    void anotherApplianceRefusesWhatItCannotOpen() throws Exception {
        dc.run("save", "name", "a");
        other.fetch(dc, "a.ucs");
        assertTrue(refused(other, "a").contains("under another master key"));
    }

    private static String refused(Site site, String name, String... more) {
        String[] arguments = new String[2 + more.length];
        arguments[0] = "name";
        arguments[1] = name;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return assertThrows(ConfigException.class, () -> site.run("load", arguments))
                .getMessage();
    }

    @Test
    void keysStayOutWhereThatIsWanted() throws Exception {
        String said = dc.run("save", "name", "a", "no-private-key", "", "passphrase", Site.PASSPHRASE);
        assertTrue(said.contains("Private keys are not in it"), said);
        other.fetch(dc, "a.ucs");
        assertFalse(
                other.run("load", "name", "a", "passphrase", Site.PASSPHRASE).contains("started again"));
        assertTrue(other.has("ssl/web.crt"));
        assertFalse(other.has("ssl/web.key"));
        assertEquals("other", other.content("keys/device.crt"));
    }

    @Test
    void aWrongPassphraseSaysSoAndDamageSaysSo() throws Exception {
        dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE);
        other.fetch(dc, "a.ucs");
        assertTrue(refused(other, "a").contains("it is encrypted; give the passphrase"));
        assertTrue(refused(other, "a", "passphrase", "wrong").contains("the passphrase is wrong"));
        byte[] file = other.archive("a.ucs");
        file[file.length - 1] ^= 1;
        Files.write(other.folder.path().resolve("a.ucs"), file);
        assertTrue(refused(other, "a", "passphrase", Site.PASSPHRASE).contains("it is damaged, or was changed"));
    }

    @Test
    void theFactsBeforeWhatIsEncryptedAreVouchedForToo() throws Exception {
        dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE);
        String file = new String(dc.archive("a.ucs"), StandardCharsets.ISO_8859_1)
                .replace("\"version\":\"1", "\"version\":\"9");
        Files.write(dc.folder.path().resolve("a.ucs"), file.getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refused(dc, "a", "passphrase", Site.PASSPHRASE).contains("it is damaged, or was changed"));
    }

    @Test
    void aShortPassphraseIsRefused() {
        ConfigException e =
                assertThrows(ConfigException.class, () -> dc.run("save", "name", "a", "passphrase", "short"));
        assertTrue(e.getMessage().contains("at least 12 characters"), e.getMessage());
        assertEquals(List.of(), dc.folder.names());
    }

    @Test
    void whatIsRefusedLeavesEverythingAsItWas() throws Exception {
        dc.configuration.user("ann", Map.of("description", "refused"));
        dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE);
        other.configuration.user("ben", Map.of("description", "here"));
        other.configuration.save();
        other.fetch(dc, "a.ucs");
        String before = other.configuration.text();
        String file = other.content("config/ferrule.conf");
        String message = refused(other, "a", "passphrase", Site.PASSPHRASE);
        assertTrue(message.contains("the port is taken; nothing was changed"), message);
        assertEquals(before, other.configuration.text());
        assertEquals(file, other.content("config/ferrule.conf"));
        assertEquals("other", other.content("keys/device.crt"));
        assertFalse(other.has("keys/device.key"));
        assertFalse(other.has("ssl/web.key"));
        assertFalse(other.has("ucs/load.undo"));
    }

    @Test
    void whatCannotBeSavedIsUndoneToo() throws Exception {
        dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE);
        other.configuration.user("ben", Map.of("description", "here"));
        other.configuration.save();
        other.fetch(dc, "a.ucs");
        String before = other.configuration.text();
        other.configuration.saveFails = new IOException("the disk is full");
        assertTrue(
                refused(other, "a", "passphrase", Site.PASSPHRASE).contains("the disk is full; nothing was changed"));
        assertEquals(before, other.configuration.text());
        assertFalse(other.has("ssl/web.key"));
    }

    @Test
    void aLoadThatWasCutShortIsUndone() throws Exception {
        dc.configuration.save();
        String before = dc.content("config/ferrule.conf");
        dc.undo.begin("a.ucs", List.of("config/ferrule.conf", "ssl/web.key", "ssl/new.crt"));
        dc.put("ssl/web.key", "half").put("ssl/new.crt", "new").put("config/ferrule.conf", "other");
        assertEquals("a.ucs", dc.undo.putBack().orElseThrow());
        assertEquals(KEY, dc.content("ssl/web.key"));
        assertFalse(dc.has("ssl/new.crt"));
        assertEquals(before, dc.content("config/ferrule.conf"));
        assertTrue(dc.undo.putBack().isEmpty());
    }

    @Test
    void anUndoThatIsDamagedOrLeadsElsewhereIsNotFollowed() throws Exception {
        for (String text : List.of("", "{", "{}", "{\"archive\":\"a\",\"before\":{\"../x\":null}}")) {
            dc.put("ucs/load.undo", text);
            assertThrows(IOException.class, dc.undo::putBack, text);
        }
    }

    @Test
    void archivesAreListedShownAndDeleted() throws Exception {
        assertEquals("", dc.run("list"));
        dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE);
        dc.run("save", "name", "b");
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(dc.folder.path().resolve("a.ucs"))));
        String list = dc.run("list");
        assertTrue(list.startsWith("sys ucs a.ucs {\n    filename "), list);
        assertTrue(list.contains("    encrypted yes\n") && list.contains("    encrypted no\n"), list);
        assertTrue(list.contains("    file-created-date 2026-11-28T12:00:00Z\n"), list);
        assertTrue(list.contains("    version 1.2.3\n"), list);
        Files.writeString(dc.folder.path().resolve("c.ucs"), "no archive");
        assertEquals(
                List.of(Availability.AVAILABLE, Availability.AVAILABLE, Availability.OFFLINE),
                new UcsStatus(dc.folder)
                        .status().stream().map(s -> s.availability()).toList());
        dc.run("delete", "name", "a");
        assertEquals(List.of("b.ucs", "c.ucs"), dc.folder.names());
        ConfigException e = assertThrows(ConfigException.class, () -> dc.run("delete", "name", "a"));
        assertTrue(e.getMessage().contains("01020036:3: The requested Archive (a.ucs) was not found."), e.getMessage());
    }

    @Test
    void namesLeadNowhereElse() {
        for (String name : List.of("../a", "a/b", "", ".", "..", "/etc/passwd", "a\nb")) {
            assertThrows(ConfigException.class, () -> dc.run("save", "name", name), name);
            assertThrows(ConfigException.class, () -> dc.run("load", "name", name), name);
        }
    }

    @Test
    void aSecretThatCannotBeOpenedIsNotSavedInSilence() throws Exception {
        dc.put("ssl/old.key", new FakeSecrets("three").seal(bytes("old")));
        ConfigException e =
                assertThrows(ConfigException.class, () -> dc.run("save", "name", "a", "passphrase", Site.PASSPHRASE));
        assertTrue(e.getMessage().contains("ssl/old.key"), e.getMessage());
    }
}
