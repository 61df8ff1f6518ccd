package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand.Invocation;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeTls;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PairCommandTest {
    private final FakeNetwork dialling = new FakeNetwork();
    private final PairingTokens tokens = new PairingTokens(() -> Instant.EPOCH);
    private final Trust farTrust = new Trust((stream, peer) -> {}, (name, before, now) -> {}, Clock.systemUTC());
    private final Trust nearTrust = new Trust((stream, peer) -> {}, (name, before, now) -> {}, Clock.systemUTC());
    private final FakeConfiguration far = appliance(Samples.DC, farTrust);
    private final FakeConfiguration near = appliance(Samples.BRANCH, nearTrust);
    private final PairingHost host = new PairingHost(
            tokens, () -> Optional.of(Samples.DC), () -> "dc", new TrustKeeper(() -> Optional.of(far)), Runnable::run);
    private final FakeTls tls = new FakeTls(Samples.BRANCH, Samples.DC, DeviceTls.PAIRING_PROTOCOL);
    private Optional<Network> network = Optional.of(dialling);

    @BeforeEach
    void everyConnectionEndsAtTheHost() {
        // The command waits for what comes of its connection.
        dialling.loop.eager();
        dialling.server(connection -> host.accept(connection.take(), Samples.BRANCH));
    }

    private static FakeConfiguration appliance(X509Certificate own, Trust trust) {
        return new FakeConfiguration(new SystemModule(
                new UserRules(Samples.unsealer()),
                new DeviceRules(() -> Optional.of(own), "1"),
                List.of(trust::follow)));
    }

    private String run(Map<String, String> arguments) throws ConfigException {
        StringWriter text = new StringWriter();
        new PairCommand(
                        tokens,
                        new TrustKeeper(() -> Optional.of(near)),
                        () -> Optional.of(near),
                        () -> network,
                        () -> Optional.of(tls))
                .run(new Invocation(
                        new Account("admin", Account.Role.ADMIN, "tmsh"), arguments, new PrintWriter(text), Map.of()));
        return text.toString();
    }

    private String refused(Map<String, String> arguments) {
        return assertThrows(ConfigException.class, () -> run(arguments)).getMessage();
    }

    private Map<String, String> dial(String token) {
        return Map.of("address", "127.0.20.1:4443", "token", token);
    }

    private String token() throws ConfigException {
        String printed = run(Map.of());
        assertTrue(printed.contains("run cm pair address ADDRESS:PORT token "), printed);
        assertTrue(printed.contains("modify wom local-endpoint addresses add"), printed);
        return printed.lines().skip(1).findFirst().orElseThrow().strip();
    }

    @Test
    void whatOneEndPrintsPairsTheOther() throws ConfigException {
        String printed = run(dial(token()));
        assertEquals(
                "Paired with dc (fingerprint " + Fingerprint.of(Samples.DC) + ")" + System.lineSeparator(), printed);
        assertEquals(Optional.of("dc"), nearTrust.trusted(Samples.DC));
        assertEquals(Optional.of("ferrule"), farTrust.trusted(Samples.BRANCH));
        assertEquals(1, near.saves);
        assertEquals(1, far.saves);
        assertTrue(refused(dial("0".repeat(32))).contains("the token is not known here"));
    }

    @Test
    void whatIsWrongIsTold() throws ConfigException {
        String token = token();
        assertTrue(refused(Map.of("token", token)).contains("both address and token"));
        assertTrue(refused(dial("short")).contains("not a token"));
        assertTrue(refused(Map.of("address", "host:1", "token", token)).contains("is not an address and port"));
        tls.protocol = DeviceTls.TUNNEL_PROTOCOL;
        assertTrue(refused(dial(token)).contains("does not pair"));
        tls.protocol = DeviceTls.PAIRING_PROTOCOL;
        tls.peer = Samples.BRANCH;
        assertTrue(refused(dial(token)).contains("this appliance itself"));
        dialling.server(connection -> connection.refuse("127.0.20.1:4443 refused the connection"));
        assertTrue(refused(dial(token)).contains("refused the connection"));
        network = Optional.empty();
        assertTrue(refused(dial(token)).contains("module net is not running"));
    }

    @Test
    void tokensDoNotPileUp() throws ConfigException {
        for (int i = 0; i < PairingTokens.MAX_OUTSTANDING; i++) {
            token();
        }
        assertTrue(refused(Map.of()).contains("5 tokens"));
    }
}
