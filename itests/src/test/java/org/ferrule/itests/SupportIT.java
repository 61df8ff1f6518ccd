package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.ferrule.lab.Traffic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file for support holds what is wanted and no secret, and traffic does not notice that it is written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class SupportIT {
    private static final String ADDRESS = "127.0.13.1";
    private static final String PASSWORD = "a password of anna";
    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    static Path folder;

    private Appliance appliance;
    private RawServer server;
    private InetSocketAddress raw;

    @BeforeAll
    void start() throws IOException {
        server = RawServer.on(ADDRESS);
        appliance = Appliance.of("alone", folder.resolve("alone"), ADDRESS, Ports.free(ADDRESS, 0), SshKey.generate())
                .start();
        raw = new InetSocketAddress(ADDRESS, Ports.free(ADDRESS, 0));
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create ltm pool raw members add { " + server.member() + " }");
            tmsh.must("create ltm virtual raw destination " + SitePlan.member(raw) + " pool raw");
            tmsh.must("create auth user anna password \"" + PASSWORD + "\"");
            tmsh.must("save sys ucs whole passphrase \"" + PASSPHRASE + "\"");
        }
    }

    @AfterAll
    void stop() throws IOException {
        appliance.close();
        server.close();
    }

    @Test
    void everythingIsInItButSecrets() throws IOException {
        Map<String, String> texts;
        try (Tmsh tmsh = appliance.ssh();
                Traffic traffic = new Traffic(raw, 50)) {
            traffic.moveOn();
            Matcher said = Pattern.compile("(/\\S+\\.tar\\.gz) \\(").matcher(tmsh.must("run sys support-archive"));
            assertTrue(said.find());
            Path file = Path.of(said.group(1));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            traffic.moveOn();
            assertEquals(Traffic.Counts.NONE, traffic.take(), String.valueOf(traffic.problem()));
            texts = read(file);
        }
        assertTrue(texts.get("bundles.txt").contains("org.ferrule.archive"), texts.get("bundles.txt"));
        assertTrue(texts.get("components.txt").contains("ArchiveComponent of org.ferrule.archive: active"));
        assertTrue(texts.get("threads.txt").contains("    at "));
        assertTrue(texts.get("memory.txt").contains("collector "));
        assertTrue(texts.get("system.txt").contains("MemTotal"));
        assertTrue(texts.get("configuration.txt").contains("ltm virtual raw {"));
        assertTrue(texts.get("config/ferrule.conf").contains("ltm virtual /Common/raw {"));
        assertTrue(texts.get("show.txt").contains("Ltm::Virtual Server: raw"), texts.get("show.txt"));
        assertEquals(
                1,
                JsonParser.parseString(texts.get("show/ltm-virtual.json"))
                        .getAsJsonArray()
                        .size());
        assertTrue(texts.get("log/audit.log").contains("create ltm pool raw"));
        assertFalse(texts.get("log/ferrule.log").isEmpty());
        for (String secret : secrets()) {
            texts.forEach((name, text) -> assertFalse(text.contains(secret), name + " tells " + secret));
        }
    }

    /** What nobody may read: typed, hashed, or in files. */
    private List<String> secrets() throws IOException {
        List<String> secrets = new ArrayList<>(List.of(PASSWORD, PASSPHRASE, "$pbkdf2", "$M$", "PRIVATE KEY"));
        for (String file : List.of("keys/master.key", "keys/device.key", "ssl/default.key")) {
            secrets.add(Files.readString(appliance.home().resolve(file)).strip());
        }
        return secrets;
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(file)), "UTF-8")) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                texts.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                entry = tar.getNextEntry();
            }
        }
        return texts;
    }
}
