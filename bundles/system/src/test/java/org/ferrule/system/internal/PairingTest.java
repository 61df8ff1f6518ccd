package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PairingTest {
    private Instant now = Instant.EPOCH;
    private final PairingTokens tokens = new PairingTokens(() -> now);

    private PairingDialler dialler(PairingToken token) {
        return new PairingDialler(token, "branch", Samples.BRANCH, Samples.DC);
    }

    private PairingAcceptor acceptor(X509Certificate seen) {
        return new PairingAcceptor(tokens, "dc", Samples.DC, seen);
    }

    /** Carries messages between the two until neither has more to say. */
    private static void talk(PairingParty dialler, PairingParty acceptor) throws PairingException {
        List<PairingMessage> toAcceptor = new ArrayList<>(dialler.begin());
        while (!toAcceptor.isEmpty()) {
            List<PairingMessage> toDialler = new ArrayList<>();
            for (PairingMessage message : toAcceptor) {
                toDialler.addAll(acceptor.receive(message));
            }
            toAcceptor.clear();
            for (PairingMessage message : toDialler) {
                toAcceptor.addAll(dialler.receive(message));
            }
        }
    }

    private static String refused(Runnable0 attempt) {
        return assertThrows(PairingException.class, attempt::run).getMessage();
    }

    private interface Runnable0 {
        void run() throws PairingException;
    }

    @Example
    void theRightTokenPairsBoth() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        PairingDialler dialler =
                dialler(PairingToken.read(token.text().toLowerCase()).orElseThrow());
        PairingAcceptor acceptor = acceptor(Samples.BRANCH);
        talk(dialler, acceptor);
        assertTrue(acceptor.proved());
        assertFalse(dialler.proved());
        assertEquals(new PairingParty.Peer("branch", Samples.BRANCH), acceptor.peer());
        dialler.receive(new PairingMessage.Paired());
        assertTrue(dialler.proved());
        assertEquals(new PairingParty.Peer("dc", Samples.DC), dialler.peer());
        assertTrue(tokens.find(token.id()).isEmpty());
    }

    @Example
    void aTokenWorksOnce() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        talk(dialler(token), acceptor(Samples.BRANCH));
        assertTrue(refused(() -> talk(dialler(token), acceptor(Samples.BRANCH))).contains("not known"));
    }

    @Example
    void twoWhoRaceForATokenDoNotBothGetIt() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        PairingDialler slow = dialler(token);
        PairingAcceptor host = acceptor(Samples.BRANCH);
        PairingMessage challenge = host.receive(slow.begin().get(0)).get(0);
        talk(dialler(token), acceptor(Samples.BRANCH));
        PairingMessage proof = slow.receive(challenge).get(0);
        assertTrue(refused(() -> host.receive(proof)).contains("used in the meantime"));
    }

    @Example
    void aTokenEndsAfterTenMinutes() {
        PairingToken token = tokens.issue().orElseThrow();
        now = now.plus(PairingTokens.VALID);
        assertTrue(refused(() -> talk(dialler(token), acceptor(Samples.BRANCH))).contains("not known"));
    }

    @Example
    void aWrongSecretFailsAndTheThirdBurnsTheToken() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        PairingToken wrong = new PairingToken(token.id(), "0".repeat(28));
        assertTrue(refused(() -> talk(dialler(wrong), acceptor(Samples.BRANCH))).contains("not right"));
        assertTrue(refused(() -> talk(dialler(wrong), acceptor(Samples.BRANCH))).contains("not right"));
        assertTrue(refused(() -> talk(dialler(wrong), acceptor(Samples.BRANCH))).contains("void now"));
        assertTrue(refused(() -> talk(dialler(token), acceptor(Samples.BRANCH))).contains("not known"));
    }

    @Example
    void whoSitsInBetweenHasOtherCertificates() {
        PairingToken token = tokens.issue().orElseThrow();
        // The acceptor sees the certificate of the one in between, not the dialler's.
        assertTrue(
                refused(() -> talk(dialler(token), acceptor(Samples.MALLORY))).contains("not right"));
    }

    @Example
    void anAcceptorWithoutTheSecretIsNotBelieved() throws PairingException {
        PairingDialler dialler = dialler(PairingToken.read("0".repeat(32)).orElseThrow());
        dialler.receive(new PairingMessage.Challenge(1, new byte[32], "dc"));
        assertTrue(refused(() -> dialler.receive(new PairingMessage.Proof(new byte[32])))
                .contains("does not know"));
    }

    @Example
    void aProofSentBackIsNotBelieved() throws PairingException {
        PairingDialler dialler = dialler(tokens.issue().orElseThrow());
        PairingMessage own = dialler.receive(new PairingMessage.Challenge(1, new byte[32], "dc"))
                .get(0);
        assertTrue(refused(() -> dialler.receive(own)).contains("does not know"));
    }

    @Example
    void aProofOfAnotherTimeIsNotBelieved() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        PairingDialler dialler = dialler(token);
        PairingMessage hello = dialler.begin().get(0);
        PairingMessage proof =
                dialler.receive(acceptor(Samples.BRANCH).receive(hello).get(0)).get(0);
        PairingAcceptor again = acceptor(Samples.BRANCH);
        again.receive(hello);
        assertTrue(refused(() -> again.receive(proof)).contains("not right"));
    }

    @Example
    void otherVersionsNamesAndOrdersAreRefused() throws PairingException {
        PairingToken token = tokens.issue().orElseThrow();
        byte[] nonce = new byte[32];
        assertTrue(refused(() ->
                        acceptor(Samples.BRANCH).receive(new PairingMessage.Hello(2, token.id(), nonce, "branch")))
                .contains("version 1"));
        assertTrue(refused(() ->
                        acceptor(Samples.BRANCH).receive(new PairingMessage.Hello(1, token.id(), nonce, "../branch")))
                .contains("host name"));
        assertTrue(refused(() -> dialler(token).receive(new PairingMessage.Challenge(9, nonce, "dc")))
                .contains("version 9"));
        assertTrue(refused(() -> dialler(token).receive(new PairingMessage.Paired()))
                .contains("not due: PAIRED"));
        assertTrue(refused(() -> acceptor(Samples.BRANCH).receive(new PairingMessage.Confirm()))
                .contains("not due: CONFIRM"));
        PairingAcceptor failed = acceptor(Samples.BRANCH);
        refused(() -> failed.receive(new PairingMessage.Confirm()));
        refused(() -> failed.receive(dialler(token).begin().get(0)));
        assertEquals("the other appliance refused: no?way", refused(() -> dialler(token)
                .receive(new PairingMessage.Refused("no\nway"))));
    }

    @Example
    void fewTokensWaitAtOnce() {
        for (int i = 0; i < PairingTokens.MAX_OUTSTANDING; i++) {
            assertTrue(tokens.issue().isPresent());
        }
        assertTrue(tokens.issue().isEmpty());
        now = now.plus(PairingTokens.VALID);
        assertTrue(tokens.issue().isPresent());
    }

    @Example
    void tokensForgiveWhatPeopleMistake() {
        PairingToken token = tokens.issue().orElseThrow();
        String typed = " "
                + token.text().toLowerCase().replace('0', 'o').replace('1', 'l').replace("-", "") + " ";
        assertEquals(token, PairingToken.read(typed).orElseThrow());
        assertTrue(PairingToken.read(typed + "x").isEmpty());
        assertTrue(PairingToken.read("").isEmpty());
        assertNotEquals(token, tokens.issue().orElseThrow());
        assertFalse(token.toString().contains(token.secret()));
        assertEquals(39, token.text().length());
    }

    private static List<PairingMessage> samples() {
        byte[] nonce = new byte[32];
        nonce[5] = 5;
        return List.of(
                new PairingMessage.Hello(1, "ABCD", nonce, "branch"),
                new PairingMessage.Challenge(1, nonce, "dc"),
                new PairingMessage.Proof(nonce),
                new PairingMessage.Confirm(),
                new PairingMessage.Paired(),
                new PairingMessage.Refused("because"));
    }

    @Property(tries = 100)
    void messagesComeThroughHoweverTheBytesArePieced(@ForAll @IntRange(min = 1, max = 200) int piece)
            throws PairingException {
        ByteBuffer all = ByteBuffer.allocate(1000);
        samples().forEach(message -> all.put(PairingFrames.frame(message)));
        all.flip();
        PairingFrames frames = new PairingFrames();
        List<PairingMessage> got = new ArrayList<>();
        while (all.hasRemaining()) {
            int take = Math.min(piece, all.remaining());
            got.addAll(frames.feed(all.slice(all.position(), take)));
            all.position(all.position() + take);
        }
        assertEquals(samples().size(), got.size());
        for (int i = 0; i < got.size(); i++) {
            assertArrayEquals(samples().get(i).encode(), got.get(i).encode());
        }
    }

    @Example
    void framesHaveALimit() {
        for (int length : new int[] {0, PairingMessage.MAX_BYTES + 1, 65535}) {
            ByteBuffer announced =
                    ByteBuffer.allocate(2).putShort((short) length).flip();
            assertTrue(refused(() -> new PairingFrames().feed(announced)).contains(length + " bytes"));
        }
    }

    @Property(tries = 1000)
    void noBytesBreakEitherEnd(@ForAll byte[] bytes, @ForAll @IntRange(min = 0, max = 6) int type) {
        byte[] message = bytes.clone();
        if (message.length > 0) {
            message[0] = (byte) type;
        }
        for (PairingParty party : List.of(dialler(new PairingToken("0000", "s")), acceptor(Samples.BRANCH))) {
            try {
                party.receive(PairingMessage.decode(message));
                PairingFrames frames = new PairingFrames();
                frames.feed(ByteBuffer.wrap(bytes));
            } catch (PairingException e) {
                assertFalse(e.getMessage().isEmpty());
            }
            assertFalse(party.proved());
        }
    }

    @Property(tries = 300)
    void noDamagedMessageIsProof(
            @ForAll @IntRange(min = 0, max = 31) int at, @ForAll @IntRange(min = 1, max = 255) int by)
            throws PairingException {
        PairingTokens own = new PairingTokens(() -> now);
        PairingToken token = own.issue().orElseThrow();
        PairingDialler dialler = dialler(token);
        PairingAcceptor acceptor = new PairingAcceptor(own, "dc", Samples.DC, Samples.BRANCH);
        PairingMessage challenge = acceptor.receive(dialler.begin().get(0)).get(0);
        byte[] proof = ((PairingMessage.Proof) dialler.receive(challenge).get(0))
                .hmac()
                .clone();
        proof[at] ^= (byte) by;
        assertThrows(PairingException.class, () -> acceptor.receive(new PairingMessage.Proof(proof)));
    }
}
