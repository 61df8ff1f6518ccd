package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.config.Home;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassphraseLockTest {
    private static final String FIRST = "a long first one";
    private static final String SECOND = "ein längeres zweites";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Property(tries = 20)
    void whatIsLockedOpensWithItsPassphraseAlone(@ForAll String passphrase, @ForAll String other) throws IOException {
        byte[] key = MasterKey.fresh();
        String locked = PassphraseLock.lock(key, passphrase, 1, 1);
        assertTrue(PassphraseLock.isLocked(locked));
        assertArrayEquals(key, PassphraseLock.unlock(locked, passphrase));
        if (!same(passphrase, other)) {
            assertEquals(
                    "the passphrase is wrong",
                    assertThrows(IOException.class, () -> PassphraseLock.unlock(locked, other))
                            .getMessage());
        }
    }

    /** Half a surrogate pair is no character: UTF-8 has one replacement for all of them. */
    private static boolean same(String one, String other) {
        return Arrays.equals(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 200)
    void noTextBreaksIt(@ForAll String text) {
        assertThrows(IOException.class, () -> PassphraseLock.unlock("$P$" + text, FIRST));
    }

    @Test
    void theShippedSettingTakesEffort() {
        String locked = PassphraseLock.lock(MasterKey.fresh(), FIRST);
        byte[] all = Base64.getUrlDecoder().decode(locked.substring(3));
        assertEquals(64, all[0]);
        assertEquals(3, all[1]);
    }

    @Test
    void aPassphraseIsSetChangedAndTakenAwayWhileTheKeyStays(@TempDir Path folder) throws Exception {
        MasterKeySecrets before = new MasterKeySecrets(new Home(folder));
        String sealed = before.seal(new byte[] {7});
        Path file = folder.resolve("keys/master.key");
        String plain = Files.readString(file);

        assertEquals(0, tool("lock", file, FIRST));
        assertNotEquals(plain, Files.readString(file));
        String message = assertThrows(IllegalStateException.class, () -> new MasterKeySecrets(new Home(folder)))
                .getMessage();
        assertTrue(message.contains("it is under a passphrase"), message);

        assertEquals(0, tool("lock", file, FIRST + "\n" + SECOND));
        assertEquals(1, tool("unlock", file, FIRST));
        assertEquals("ferrule: the master key " + file + " cannot be used: the passphrase is wrong.\n", err.toString());
        assertEquals("", out.toString());

        assertEquals(0, tool("unlock", file, SECOND));
        Path unlocked = Files.writeString(folder.resolve("unlocked"), out.toString());
        assertArrayEquals(new byte[] {7}, new MasterKeySecrets(new Home(folder), Optional.of(unlocked)).open(sealed));

        assertEquals(0, tool("lock", file, SECOND + "\n"));
        assertEquals(plain, Files.readString(file));
    }

    @Test
    void whatCannotBeDoneChangesNothing(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("master.key");
        assertEquals(1, tool("lock", file, FIRST));
        assertTrue(err.toString().contains("the first start makes it"), err.toString());
        Files.writeString(file, MasterKey.text(MasterKey.fresh()));
        String plain = Files.readString(file);
        assertEquals(1, tool("lock", file, "short"));
        assertTrue(err.toString().contains("12 characters at least"), err.toString());
        assertEquals(1, tool("lock", file, ""));
        assertTrue(err.toString().contains("no passphrase was given"), err.toString());
        assertEquals(plain, Files.readString(file));
    }

    private int tool(String what, Path file, String lines) {
        out.reset();
        err.reset();
        String input = lines.isEmpty() ? "" : lines + "\n";
        return MasterKeyTool.run(
                new String[] {what, file.toString()},
                new BufferedReader(new StringReader(input)),
                new PrintStream(out, true),
                new PrintStream(err, true));
    }
}
