package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.ferrule.testing.FakeTls;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.Test;

class RenewCommandTest {
    private final FakeTls tls = new FakeTls(Samples.DC, null, "");
    private final AtomicInteger changes = new AtomicInteger();
    private Optional<DeviceTls> there = Optional.of(tls);
    private final RenewCommand command = new RenewCommand(() -> there, changes::incrementAndGet);

    private String run(Map<String, String> arguments) throws ConfigException {
        StringWriter text = new StringWriter();
        command.run(new RunCommand.Invocation(
                new Account("admin", Account.Role.ADMIN, "tmsh"), arguments, new PrintWriter(text), Map.of()));
        return text.toString();
    }

    @Test
    void aNewCertificateIsMadeAndTheDeviceTellsIt() throws ConfigException {
        tls.next = Samples.BRANCH;
        String said = run(Map.of());
        assertTrue(said.contains("is " + Fingerprint.of(Samples.BRANCH) + " now, good until "), said);
        assertTrue(said.contains("before " + Samples.DC.getNotAfter().toInstant()), said);
        assertEquals(1, changes.get());
    }

    @Test
    void anAuthoritysCertificateIsInstalled() throws ConfigException {
        run(Map.of("certificate", Certificates.pem(Samples.BRANCH)));
        assertEquals(Samples.BRANCH, tls.certificate());
    }

    @Test
    void whatIsNoCertificateIsRefusedAndChangesNothing() {
        String why = assertThrows(ConfigException.class, () -> run(Map.of("certificate", "nonsense")))
                .getMessage();
        assertTrue(why.startsWith("certificate: a certificate in PEM form was expected"), why);
        there = Optional.empty();
        assertThrows(ConfigException.class, () -> run(Map.of()));
        assertEquals(0, changes.get());
        assertEquals(Samples.DC, tls.certificate());
    }
}
