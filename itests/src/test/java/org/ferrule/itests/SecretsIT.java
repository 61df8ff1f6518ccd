package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets are given to an appliance wherever it takes one, in commands that work and in commands that fail; then all that
 * it has written and all that it shows is searched for them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class SecretsIT {
    private static final Pattern TOKEN = Pattern.compile("token\\s+(\\S+)");

    @TempDir
    static Path folder;

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final StringBuilder shown = new StringBuilder();
    private Sites sites;
    private Appliance appliance;

    @BeforeAll
    void start() {
        sites = Sites.onFreePorts(folder).start();
        appliance = sites.branch();
        sites.configureDc(command -> {});
    }

    @AfterAll
    void stop() {
        sites.close();
    }

    /** A secret that is found nowhere by chance, and is remembered. */
    private String secret(String what) {
        String text = "s3cr3t" + Long.toUnsignedString(new java.security.SecureRandom().nextLong(), 36) + "x";
        secrets.put(what, text);
        return text;
    }

    @Test
    void noSecretIsInAnythingThatIsWrittenOrShown() throws Exception {
        passwords();
        tokens();
        privateKeys();
        secrets.put(
                "the master key",
                Files.readString(appliance.home().resolve("keys/master.key")).strip());
        looks();
        threadDump();
        assertTrue(
                read(appliance.home().resolve("log/audit.log")).contains("auth user anna"),
                "what is told was searched");
        assertEquals(List.of(), found());
    }

    private void passwords() {
        try (Tmsh tmsh = appliance.ssh()) {
            String first = secret("a password that is set");
            tmsh.must("create auth user anna role guest password " + first);
            tmsh.must("modify auth user anna password " + secret("a password that is changed"));
            failing(tmsh, "modify auth user nobody password " + secret("a password of nobody"));
            failing(tmsh, "modify auth user anna password " + secret("a password beside a mistake") + " colour red");
            failing(
                    tmsh,
                    "modify auth user anna pass " + secret("a password after a word that is cut short") + " role king");
            failing(tmsh, "modify auth user anna encrypted-password " + secret("a hash that is none"));
            failing(tmsh, "create auth user bert { password " + secret("a password in braces that do not end"));
            failing(
                    tmsh,
                    "create auth user bert password " + secret("a password of a user with a wrong key")
                            + " public-keys add { nonsense }");
            shown.append(tmsh.terminal("create auth user carl password " + secret("a password at a terminal")
                            + " role guest\nlist auth user\nquit\n")
                    .out()
                    .replaceAll("create auth user carl[^\\n]*", ""));
            shown.append(tmsh.script("create auth user dora password " + secret("a password in a script") + "\n")
                    .out());
        }
        String wrong = secret("a wrong password");
        assertThrows(RuntimeException.class, () -> Tmsh.connect(appliance.host(), "anna", wrong)
                .close());
    }

    /** What a failing command answers goes to who typed it, and is not searched: it may show what was typed. */
    private static void failing(Tmsh tmsh, String command) {
        assertNotEquals(0, tmsh.run(command).exit(), command);
    }

    private void tokens() {
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = appliance.ssh()) {
            Matcher used = TOKEN.matcher(dc.must("run cm pair"));
            assertTrue(used.find());
            String at = "run cm pair address " + sites.tunnel().getHostString() + ":"
                    + sites.tunnel().getPort() + " token ";
            failing(branch, at + secret("a token that is none"));
            shown.append(branch.must(at + used.group(1)));
            token("a token that was used", used.group(1));
            Matcher own = TOKEN.matcher(branch.must("run cm pair"));
            assertTrue(own.find());
            token("a token that waits", own.group(1));
            failing(branch, at + own.group(1));
        }
    }

    private void token(String what, String token) {
        secrets.put(what, token);
        secrets.put(what + ", without hyphens", token.replace("-", ""));
    }

    private void privateKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        secrets.put("a private key", body.substring(40, 64));
        Path key = appliance.home().resolve("ssl/web.key");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
        try (Tmsh tmsh = appliance.ssh()) {
            failing(tmsh, "create ltm profile client-ssl web cert default.crt key web.key");
        }
        // No profile took it; it is sealed all the same.
        Await.until("the key is sealed", () -> read(key).startsWith("$M$"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void looks() {
        try (Tmsh tmsh = appliance.ssh()) {
            for (String command : List.of(
                    "list",
                    "list all-properties",
                    "list one-line",
                    "list auth user all-properties",
                    "show sys sshd",
                    "show cm device",
                    "show cm trusted-device",
                    "show wom remote-endpoint",
                    "show wom local-endpoint",
                    "show ltm profile client-ssl",
                    "run /util manual")) {
                shown.append(tmsh.must(command));
            }
            tmsh.must("save sys config");
        }
    }

    /** Java writes what its threads do on its output, which is in the logs. */
    private void threadDump() throws IOException, InterruptedException {
        Path console = appliance.home().resolve("log/console.log");
        for (ProcessHandle child : appliance.process().descendants().toList()) {
            if (child.info()
                    .command()
                    .filter(command -> command.endsWith("/java"))
                    .isPresent()) {
                assertEquals(
                        0,
                        new ProcessBuilder("kill", "-QUIT", Long.toString(child.pid()))
                                .start()
                                .waitFor());
            }
        }
        Await.until("the threads are written", () -> read(console).contains("JNI global refs"));
    }

    private List<String> found() throws IOException {
        List<String> found = new ArrayList<>();
        secrets.forEach((what, secret) -> {
            if (shown.indexOf(secret) >= 0) {
                found.add(what + " is shown");
            }
        });
        try (Stream<Path> files = Files.walk(appliance.home())) {
            for (Path file : files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                search(file, found);
            }
        }
        search(appliance.home().resolveSibling(appliance.name() + ".out"), found);
        return found;
    }

    private void search(Path file, List<String> found) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            boolean own = file.equals(appliance.home().resolve("keys/master.key"));
            secrets.forEach((what, secret) -> {
                if (text.contains(secret) && !own) {
                    found.add(what + " is in " + appliance.home().relativize(file));
                }
            });
        } catch (NoSuchFileException gone) {
            assertFalse(Files.exists(file), "it was not there a moment ago: " + gone.getMessage());
        }
    }
}
