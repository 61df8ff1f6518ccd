package org.ferrule.ssh.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.module.Providers;
import org.ferrule.shell.Shell;
import org.ferrule.ssh.internal.Fakes.FakeConfiguration;
import org.ferrule.ssh.internal.Fakes.FakeSecrets;
import org.ferrule.ssh.internal.Fakes.FakeUsers;
import org.osgi.framework.ServiceReference;

/** The module with everything around it faked, on a loopback port, and a client for it. */
final class Rig implements AutoCloseable {
    static final Limits LIMITS = new Limits(
            Duration.ofSeconds(20),
            5,
            Duration.ofMillis(10),
            4,
            3,
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofMillis(100));
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final SshService.Others others = new SshService.Others();
    final FakeShell shell = new FakeShell();
    final FakeUsers users = new FakeUsers();
    final AtomicLong nanos = new AtomicLong();
    final SshService service;
    final FakeConfiguration configuration;
    final ServiceReference<Shell> shellReference;
    final SshClient client = SshClient.setUpDefaultClient();
    final int port;

    Rig(Path home) throws IOException {
        this(home, freePort());
    }

    Rig(Path home, int port) throws IOException {
        this.port = port;
        HostKeyStock.into(home);
        service = new SshService(
                others, new Home(home), new Options(Optional.empty(), Optional.of(port), false), LIMITS, nanos::get);
        configuration = new FakeConfiguration(new SshModule(service.listener(), service::follow));
        shell.run = new KarafRun(service.karaf());
        shellReference = Fakes.provide(others.shells(), shell);
        Fakes.provide(others.users(), users);
        users.onChange(service::review);
        Fakes.provide(others.secrets(), new FakeSecrets());
        Fakes.provide(others.configurations(), configuration);
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver((host, p, local, user, proxy, context) -> null);
        client.start();
    }

    /** Starts the server and waits until it listens. */
    Rig started() {
        configuration.start();
        await(() -> service.listening().isPresent());
        return this;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to pass in " + PATIENCE);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    ClientSession connect(String user) throws IOException {
        return connect(user, port);
    }

    ClientSession connect(String user, int at) throws IOException {
        return client.connect(user, loopback(at)).verify(PATIENCE).getSession();
    }

    ClientSession login(String user) throws IOException {
        ClientSession session = connect(user);
        session.addPasswordIdentity(FakeUsers.PASSWORD);
        session.auth().verify(PATIENCE);
        return session;
    }

    /** What a channel said and how it ended. */
    record Result(String out, String err, Integer code) {}

    Result exec(String user, String command) throws IOException {
        try (ClientSession session = login(user)) {
            return exec(session, command);
        }
    }

    static Result exec(ClientSession session, String command) throws IOException {
        try (ChannelExec channel = session.createExecChannel(command)) {
            return finish(channel);
        }
    }

    Result script(String user, String text) throws IOException {
        try (ClientSession session = login(user);
                ChannelShell channel = session.createShellChannel()) {
            channel.setUsePty(false);
            channel.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            return finish(channel);
        }
    }

    private static Result finish(ClientChannel channel) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        channel.setOut(out);
        channel.setErr(err);
        channel.open().verify(PATIENCE);
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        return new Result(
                out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), channel.getExitStatus());
    }

    <T> void without(Providers<T> providers, ServiceReference<T> reference) {
        providers.remove(reference);
    }

    void set(String property, Object value) throws ConfigException {
        configuration.set(property, value);
    }

    @Override
    public void close() {
        client.stop();
        service.close();
    }
}
