package org.ferrule.archive.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.ferrule.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again, and nothing else is. */
class TarFormTest {
    private static Facts facts(Map<String, byte[]> files) {
        return new Facts(1, "Ferrule", "1.0", "dc", "2026-11-28T12:00:00Z", true, "", Contents.facts(files), null);
    }

    private static byte[] archive(Map<String, byte[]> files) throws IOException {
        return TarForm.write(new Contents(facts(files), files));
    }

    @Property(tries = 50)
    void whatIsWrittenIsRead(@ForAll @Size(max = 4) List<byte[]> contents) throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (byte[] content : contents) {
            files.put("ssl/file" + files.size() + ".crt", content);
        }
        Contents read = TarForm.read(archive(files));
        assertEquals(files.keySet(), read.files().keySet());
        files.forEach((name, content) -> assertArrayEquals(content, read.files().get(name)));
    }

    /** Bytes of an archive that are changed, cut, or put in at random: refused with a reason, or the same as before. */
    @Test
    void noBytesDoHarm() throws Exception {
        Random random = new Random(20261128);
        Map<String, byte[]> files = Map.of("config/ferrule.conf", new byte[3000], "ssl/a.crt", new byte[10]);
        byte[] whole = archive(files);
        byte[] tar = unpacked(whole);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            // Half of them within the compression, where a checksum would catch all others.
            byte[] damaged = i % 2 == 0 ? damage(whole, random) : packed(damage(tar, random));
            try {
                assertEquals(
                        Contents.facts(files),
                        Contents.facts(TarForm.read(damaged).files()));
            } catch (ConfigException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused + " were refused");
    }

    @Test
    void noFirstLineOfAnEncryptedOneDoesHarm() throws Exception {
        Random random = new Random(7);
        Map<String, byte[]> none = Map.of();
        byte[] whole = Envelope.close(archive(none), facts(none), "a long passphrase");
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = damage(whole, random);
            try {
                if (Envelope.encrypted(damaged)) {
                    Envelope.facts(damaged);
                }
            } catch (ConfigException e) {
                refused++;
            }
        }
        assertTrue(refused > 100, "only " + refused + " were refused");
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] damaged = whole.clone();
        switch (random.nextInt(3)) {
            case 0 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> damaged = java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length));
            default -> {
                byte[] noise = new byte[1 + random.nextInt(64)];
                random.nextBytes(noise);
                int at = random.nextInt(damaged.length - noise.length);
                System.arraycopy(noise, 0, damaged, at, noise.length);
            }
        }
        return damaged;
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        return new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(packed)).readAllBytes();
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    /** An archive with one more entry, whose facts know of it. */
    private static byte[] with(TarArchiveEntry entry, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
            byte[] facts = facts(Map.of(entry.getName(), content)).write();
            TarArchiveEntry first = new TarArchiveEntry("manifest.json");
            first.setSize(facts.length);
            tar.putArchiveEntry(first);
            tar.write(facts);
            tar.closeArchiveEntry();
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static String refused(byte[] archive) {
        return assertThrows(ConfigException.class, () -> TarForm.read(archive)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../ssl/a.crt",
                "/etc/passwd",
                "ssl/../keys/device.key",
                "keys/master.key",
                "ssl/.hidden",
                "ssl/a/b",
                "ssl/",
                "log/x",
                "ssl/a\u001b[2J"
            })
    void namesThatLeadElsewhereAreRefused(String name) throws IOException {
        String message = refused(with(new TarArchiveEntry(name, true), new byte[0]));
        assertTrue(
                message.contains("does not belong into an archive") || message.contains("not a plain file"), message);
        assertEquals(-1, message.indexOf('\u001b'));
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO,
                TarConstants.LF_DIR
            })
    void whatIsNoPlainFileIsRefused(byte type) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("ssl/a.crt", type);
        entry.setLinkName("/etc/passwd");
        assertTrue(refused(with(entry, new byte[0])).contains("not a plain file"));
    }

    @Test
    void whatUnfoldsToTooMuchIsRefused() throws IOException {
        byte[] bomb = with(new TarArchiveEntry("ssl/a.crt"), new byte[TarForm.MAX_FILE + 1]);
        assertTrue(bomb.length < 100_000);
        assertTrue(refused(bomb).contains("it is too large"));
        assertTrue(refused(packed(new byte[3 * TarForm.MAX_ALL])).contains("not an archive"));
    }

    @Test
    void aFileThatTheFactsDoNotTellIsRefused() throws IOException {
        Map<String, byte[]> files = Map.of("ssl/a.crt", new byte[] {1});
        Facts others = facts(Map.of("ssl/a.crt", new byte[] {2}));
        assertTrue(refused(TarForm.write(new Contents(others, files))).contains("is not the one that was saved"));
        assertTrue(
                refused(TarForm.write(new Contents(facts(Map.of()), files))).contains("is not the one that was saved"));
    }

    @Test
    void whatFactsTellCannotSteerATerminal() throws IOException {
        Facts hostile = new Facts(1, "Ferrule", "1.0", "dc\u001b[2J", "", true, "", Map.of(), null);
        assertEquals(
                "what it says of itself lacks a part, or is no plain text",
                refused(TarForm.write(new Contents(hostile, Map.of()))));
    }

    @Test
    void anotherFormatIsNamed() throws IOException {
        Facts newer = new Facts(2, "Ferrule", "9.0", "dc", "", true, "", Map.of(), null);
        String message = refused(TarForm.write(new Contents(newer, Map.of())));
        assertEquals("it is in format 2, written by version 9.0; this appliance reads format 1", message);
        String stranger = refused(packed("hello".getBytes(StandardCharsets.UTF_8)));
        assertTrue(stranger.contains("archive"), stranger);
    }
}
