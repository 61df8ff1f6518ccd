package org.ferrule.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** A login to an appliance's shell. */
public final class Tmsh implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SshHost host;
    private final SshClient client;
    private final ClientSession session;

    private Tmsh(SshHost host, SshClient client, ClientSession session) {
        this.host = host;
        this.client = client;
        this.session = session;
    }

    /**
     * What a command printed.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Result(int exit, String out, String err) {}

    /** Logs in as admin with a key. */
    public static Tmsh connect(SshHost host, SshKey key) {
        return connect(host, "admin", session -> session.addPublicKeyIdentity(key.pair()));
    }

    /** Logs in with a password. */
    public static Tmsh connect(SshHost host, String user, String password) {
        return connect(host, user, session -> session.addPasswordIdentity(password));
    }

    private static Tmsh connect(SshHost host, String user, java.util.function.Consumer<ClientSession> credentials) {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((session, remote, serverKey) -> known(host, serverKey));
        client.start();
        try {
            ClientSession session = client.connect(user, host.address(), host.port())
                    .verify(PATIENCE)
                    .getSession();
            credentials.accept(session);
            session.auth().verify(PATIENCE);
            return new Tmsh(host, client, session);
        } catch (IOException e) {
            client.stop();
            throw new UncheckedIOException(e);
        }
    }

    private static boolean known(SshHost host, PublicKey serverKey) {
        try (var files = Files.list(host.home().resolve("keys"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".pub")).toList()) {
                PublicKey known = PublicKeyEntry.parsePublicKeyEntry(
                                Files.readString(file).trim())
                        .resolvePublicKey(null, null, null);
                if (KeyUtils.compareKeys(known, serverKey)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command as {@code ssh host 'COMMAND'} does. */
    public Result run(String command) {
        try (ChannelExec channel = session.createExecChannel(command)) {
            return finish(channel, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Feeds a script as {@code ssh -T host < script} does. */
    public Result script(String text) {
        return shell(false, text);
    }

    /** Types at a terminal as {@code ssh host} has one; what comes back has the prompts in it, and an echo. */
    public Result terminal(String text) {
        return shell(true, text);
    }

    private Result shell(boolean terminal, String text) {
        try (ChannelShell channel = session.createShellChannel()) {
            channel.setUsePty(terminal);
            return finish(channel, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result finish(ClientChannel channel, String input) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        channel.setOut(out);
        channel.setErr(err);
        channel.open().verify(PATIENCE);
        var events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        if (events.contains(ClientChannelEvent.TIMEOUT)) {
            throw new IOException(host.name() + " did not finish within " + PATIENCE + "; it said: " + out + err);
        }
        Integer exit = channel.getExitStatus();
        return new Result(
                exit == null ? -1 : exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command that must succeed; gives what it printed. */
    public String must(String command) {
        Result result = run(command);
        if (result.exit() != 0) {
            throw new IllegalStateException(host.name() + " answered " + result.exit() + " to: " + command + "\n"
                    + result.out() + result.err());
        }
        return result.out();
    }

    /** Runs a {@code show … json}. */
    public JsonElement json(String command) {
        return JsonParser.parseString(must(command + " json"));
    }

    @Override
    public void close() {
        client.stop();
    }
}
