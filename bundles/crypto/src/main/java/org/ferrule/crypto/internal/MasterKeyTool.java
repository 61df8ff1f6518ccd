package org.ferrule.crypto.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ferrule.config.PrivateFiles;

/**
 * What the launcher does with a master key that is under a passphrase, before there is an appliance: a wrong passphrase
 * leaves nothing half started. Passphrases come as lines of the input, never as arguments, which others can see.
 */
public final class MasterKeyTool {
    private static final int MIN_PASSPHRASE = 12;

    private final Path file;
    private final BufferedReader in;

    MasterKeyTool(Path file, BufferedReader in) {
        this.file = file;
        this.in = in;
    }

    /**
     * {@code unlock FILE} prints the key, given its passphrase; {@code lock FILE} puts it under a new passphrase, which is
     * the next line, or none if that is empty.
     */
    public static void main(String[] arguments) {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.exit(run(arguments, in, System.out, System.err));
    }

    static int run(String[] arguments, BufferedReader in, PrintStream out, PrintStream err) {
        Path file = Path.of(arguments[1]);
        try {
            MasterKeyTool tool = new MasterKeyTool(file, in);
            if (arguments[0].equals("unlock")) {
                out.print(MasterKey.text(tool.unlock(MasterKey.read(file))));
                out.flush();
            } else {
                tool.lock();
            }
            return 0;
        } catch (NoSuchFileException e) {
            err.println("ferrule: there is no master key " + file + " yet: the first start makes it.");
        } catch (IOException e) {
            err.println("ferrule: the master key " + file + " cannot be used: " + e.getMessage() + ".");
        }
        return 1;
    }

    private byte[] unlock(String text) throws IOException {
        return PassphraseLock.isLocked(text) ? PassphraseLock.unlock(text, line()) : MasterKey.parse(text);
    }

    private void lock() throws IOException {
        byte[] key = unlock(MasterKey.read(file));
        String passphrase = line();
        if (!passphrase.isEmpty() && passphrase.length() < MIN_PASSPHRASE) {
            throw new IOException("the new passphrase is too short: " + MIN_PASSPHRASE + " characters at least");
        }
        String text = passphrase.isEmpty() ? MasterKey.text(key) : PassphraseLock.lock(key, passphrase) + "\n";
        PrivateFiles.replace(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String line() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("no passphrase was given");
        }
        return line;
    }
}
