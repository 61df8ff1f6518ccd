package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String ASKS = "Accept-Encoding: gzip, br\r\n";
    private static final String IDENTITY = "Accept-Encoding: identity\r\n";

    /** A request that would be changed if it were looked at. */
    private static final String NEXT = GET + ASKS + "\r\n";

    private static final String NEXT_CHANGED = GET + IDENTITY + "\r\n";

    /** One connection. */
    private static final class Through {
        final HttpCounters counters = new HttpCounters();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final MemoryAccount memory = new MemoryBudget(1 << 20, 1 << 20).open("held", Area.HEAP);
        final HttpRequests requests = new HttpRequests(counters, memory, this::take);
        int mostWrites;
        private int writes;

        private void take(ByteBuffer data) {
            writes++;
            assertTrue(data.hasRemaining(), "nothing was written");
            while (data.hasRemaining()) {
                out.write(data.get());
            }
        }

        /** As the loop hands it over: in a buffer that is another's afterwards, with something before and behind. */
        void send(byte[] bytes, int from, int to) {
            ByteBuffer lent = ByteBuffer.allocateDirect(to - from + 7);
            lent.position(3).put(bytes, from, to - from).flip().position(3);
            writes = 0;
            requests.received(lent);
            mostWrites = Math.max(mostWrites, writes);
            assertFalse(lent.hasRemaining());
            assertEquals(to - from + 3, lent.limit());
            lent.clear();
            for (int i = 0; i < lent.capacity(); i++) {
                lent.put(i, (byte) 0xEE);
            }
        }

        Through send(String text) {
            byte[] bytes = latin(text);
            send(bytes, 0, bytes.length);
            return this;
        }

        String text() {
            return out.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Without the end of the input, so that what is held is missing. */
    private static String through(String sent) {
        return new Through().send(sent).text();
    }

    private static Through inPieces(byte[] sent, Random random, int largest) {
        Through through = new Through();
        int at = 0;
        while (at < sent.length) {
            int to = Math.min(sent.length, at + 1 + random.nextInt(largest));
            through.send(sent, at, to);
            at = to;
        }
        through.requests.ended();
        return through;
    }

    // ---- Heads

    @Test
    void whatTheClientAcceptsIsReplacedByIdentity() {
        assertEquals(NEXT_CHANGED, through(NEXT));
        assertEquals(
                "POST /a?b HTTP/1.0\r\nX: y\r\nZ:\r\nContent-Length: 0\r\n" + IDENTITY + "\r\n",
                through("POST /a?b HTTP/1.0\r\naCCEPT-eNCODING:gzip\r\nX: y\r\nAccept-Encoding: br\r\nZ:\r\n"
                        + "Content-Length: 0\r\n\r\n"));
    }

    /** Without the field a server may send any coding. */
    @Test
    void aClientThatSaysNothingAsksForIdentity() {
        assertEquals(NEXT_CHANGED, through(GET + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept-Encoding: identity\r\n",
                "Accept-Encoding: gzip, identity;q=0\r\n",
                "Accept-Encoding: gzip\r\nAccept-Encoding: *;q=0\r\n"
            })
    void whatExcludesIdentityOrAsksForNothingElsePassesAsItIs(String fields) {
        Through through = new Through().send(GET + fields + "\r\n" + NEXT);
        assertEquals(GET + fields + "\r\n" + NEXT_CHANGED, through.text());
        assertEquals(2, through.counters.requests.sum());
        assertEquals(1, through.counters.changed.sum());
        assertEquals(0, through.counters.unseen.sum());
    }

    @Test
    void namesThatOnlyResembleAcceptEncodingStay() {
        String like = "Accept-Encodings: gzip\r\nXAccept-Encoding: gzip\r\nAccept: a\r\nX: Accept-Encoding: gzip\r\n";
        assertEquals(GET + like + IDENTITY + "\r\n", through(GET + like + ASKS + "\r\n"));
    }

    @Test
    void aRequestForARangeIsChangedAsAnyOther() {
        String range = "Range: bytes=5-\r\nIf-Range: \"a\"\r\n";
        assertEquals(GET + range + IDENTITY + "\r\n", through(GET + ASKS + range + "\r\n"));
    }

    // ---- Bodies

    private static String body(Random random, int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return new String(data, StandardCharsets.ISO_8859_1);
    }

    private static String chunked(Random random) {
        StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            int size = 1 + random.nextInt(300);
            String extension = random.nextBoolean() ? ";a=\"b;c\";d" : "";
            body.append(Integer.toHexString(size)).append(extension).append("\r\n");
            body.append(random.nextBoolean() ? NEXT.repeat(9).substring(0, size) : body(random, size));
            body.append("\r\n");
        }
        return body + (random.nextBoolean() ? "0\r\n\r\n" : "000;x\r\nDigest: a\r\nAccept-Encoding: b\r\n\r\n");
    }

    private static void request(Random random, StringBuilder sent, StringBuilder expected) {
        String start = (random.nextBoolean() ? "GET /" : "PUT /\"(x)") + " HTTP/1.1\r\n";
        String other = "X: " + "y".repeat(random.nextInt(3000)) + "\r\n";
        String body = "";
        String framing = "";
        if (random.nextBoolean()) {
            body = random.nextBoolean() ? NEXT : body(random, random.nextInt(5000));
            framing = "content-length:\t" + body.length() + " \r\n";
        } else if (random.nextBoolean()) {
            body = chunked(random);
            framing = "Transfer-Encoding: Chunked\r\n";
        }
        boolean excluded = random.nextInt(4) == 0;
        String asks = excluded ? "Accept-Encoding: gzip, *;q=0\r\n" : random.nextBoolean() ? ASKS + ASKS : "";
        sent.append(start)
                .append(asks)
                .append(other)
                .append(framing)
                .append("\r\n")
                .append(body);
        expected.append(start).append(excluded ? asks : "").append(other).append(framing);
        expected.append(excluded ? "" : IDENTITY).append("\r\n").append(body);
    }

    @Property(tries = 300, seed = "4711")
    void requestsInAnyPiecesAreChangedAndTheirBodiesAreNot(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4000) int largest) {
        Random random = new Random(seed);
        StringBuilder sent = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            request(random, sent, expected);
        }
        Through through = inPieces(latin(sent.toString()), random, largest);
        assertEquals(expected.toString(), through.text());
        assertEquals(count, through.counters.requests.sum());
        assertEquals(0, through.counters.unseen.sum());
    }

    @Test
    void aHeadSplitAnywhereIsWholeAtItsLastByte() {
        byte[] sent = latin(NEXT);
        for (int at = 1; at < sent.length; at++) {
            Through through = new Through();
            through.send(sent, 0, at);
            assertEquals("", through.text());
            through.send(sent, at, sent.length);
            assertEquals(NEXT_CHANGED, through.text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n5;e",
                "Expect: 100-continue\r\n\r\n"
            })
    void nothingButAnIncompleteHeadIsHeld(String rest) {
        String head = GET + "Accept-Encoding: identity\r\n" + rest;
        assertEquals(head, through(head));
    }

    @Test
    void aBodyOfManyChunksPassesInOneWrite() {
        Through through = new Through().send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        through.send("1\r\na\r\n".repeat(1000));
        assertEquals(1, through.mostWrites);
    }

    // ---- What is not looked at

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "both lengths               | Content-Length: 5^Transfer-Encoding: chunked^^",
                "both, the other way        | Transfer-Encoding: chunked^Content-Length: 5^^",
                "a length twice             | Content-Length: 5^Content-Length: 5^^",
                "two lengths in one field   | Content-Length: 5, 5^^",
                "a signed length            | Content-Length: +5^^",
                "no length                  | Content-Length:^^",
                "a length beyond all limits | Content-Length: 9999999999999999999^^",
                "another transfer coding    | Transfer-Encoding: gzip, chunked^^",
                "chunked twice              | Transfer-Encoding: chunked^Transfer-Encoding: chunked^^",
                "chunked with a parameter   | Transfer-Encoding: chunked;a^^",
                "a folded line              | X: a^ b^^",
                "a folded line with a tab   | X: a^<TAB>b^^",
                "a space before the colon   | Content-Length : 5^^",
                "no colon                   | Content-Length 5^^",
                "no name                    | : 5^^",
                "a bare LF                  | X: a<LF>Content-Length: 5^^",
                "a bare LF at the end       | X: a^<LF>",
                "a bare CR                  | X: a<CR>Content-Length: 5^^",
                "two CR                     | X: a<CR>^^",
                "a control character        | X: a<NUL>^^",
                "an upgrade                 | Upgrade: websocket^Accept-Encoding: identity^^",
                "what may have no body      | Expect: 100-continue^Content-Length: 9^Accept-Encoding: identity^^"
            })
    void whatLeavesDoubtPassesAsItIsAndSoDoesWhatFollows(String what, String fields) {
        String sent = GET
                + fields.replace("^", "\r\n")
                        .replace("<CR>", "\r")
                        .replace("<LF>", "\n")
                        .replace("<TAB>", "\t")
                        .replace("<NUL>", "\u0000")
                + NEXT;
        assertUnseen(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "EHLO client.example\r\n",
                "GET /\r\n",
                "GET / HTTP/1.2\r\n",
                "GET  / HTTP/1.1\r\n",
                "GET / a HTTP/1.1\r\n",
                "GET / HTTP/1.1 \r\n",
                "GET / HTTP/1.1\n",
                "G\u00e9T / HTTP/1.1\r\n",
                "GET /\u00e9 HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "\r\nGET / HTTP/1.1\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
                "ThisIsAMuchTooLongMethodForHypertext"
            })
    void whatIsNoRequestPassesAtOnce(String start) {
        assertEquals(start, through(start), "it waits for more");
        assertUnseen(start + NEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "\r\n",
                "5 \r\n",
                "1\r\nab\r\n",
                "1\nab",
                "0\r\n folded\r\n\r\n",
                "0\r\n\n",
                "0\r\nA: b\n\r\n",
                "5;a\nb\r\n",
                "1000000000000000\r\n"
            })
    void aBodyWhoseChunksAreWrongPassesAsItIsAndSoDoesWhatFollows(String body) {
        assertUnseen(
                "POST / HTTP/1.1\r\nAccept-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n" + body + NEXT);
    }

    private static void assertUnseen(String sent) {
        byte[] bytes = latin(sent);
        for (int largest : new int[] {1, 7, bytes.length}) {
            Through through = inPieces(bytes, new Random(largest), largest);
            assertEquals(sent, through.text());
            assertEquals(1, through.counters.unseen.sum());
        }
    }

    @Test
    void anUpgradeIsChangedItselfAndWhatFollowsIsNot() {
        String upgrade = "Upgrade: h2c\r\n";
        assertEquals(GET + upgrade + IDENTITY + "\r\n" + NEXT, through(GET + ASKS + upgrade + "\r\n" + NEXT));
        String connect = "CONNECT a:443 HTTP/1.1\r\n";
        assertEquals(connect + IDENTITY + "\r\n" + NEXT, through(connect + ASKS + "\r\n" + NEXT));
    }

    @Test
    void aHeadMayHaveSoManyBytesAndNoMore() {
        String start = GET + ASKS + "X: ";
        String longest = start + "x".repeat(RequestHead.MOST_BYTES - start.length() - 4) + "\r\n\r\n";
        assertEquals(
                longest.replace(ASKS, "").length() + IDENTITY.length(),
                through(longest).length());
        assertUnseen(longest.replace("X: ", "X:  "));
    }

    @Test
    void aHeadMayHaveSoManyFieldsAndNoMore() {
        String fields = "A: b\r\n".repeat(RequestHead.MOST_FIELDS - 1);
        assertEquals(
                NEXT_CHANGED.replace(GET, GET + fields),
                through(NEXT.replace("Host: a\r\n", "Host: a\r\n" + fields).replace(ASKS, "")));
        assertUnseen(NEXT.replace("Host: a\r\n", "Host: a\r\n" + fields));
    }

    @Test
    void whatIsHeldPassesWhenTheClientSendsNoMore() {
        Through through = new Through().send(GET + ASKS);
        assertEquals("", through.text());
        through.requests.ended();
        assertEquals(GET + ASKS, through.text());
    }

    /** Requests with some bytes wrong. */
    private static byte[] damaged(Random random) {
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            request(random, sent, new StringBuilder());
        }
        byte[] bytes = latin(sent.toString());
        for (int i = random.nextInt(6); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    random.nextBoolean() ? (byte) random.nextInt() : latin("\r\n :;0,")[random.nextInt(7)];
        }
        return bytes;
    }

    @Property(tries = 500, seed = "4711")
    void whateverComesItsPiecesDoNotMatter(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int largest) {
        Random random = new Random(seed);
        byte[] sent = random.nextInt(4) == 0 ? latin(body(random, random.nextInt(200))) : damaged(random);
        Through whole = new Through();
        whole.send(sent, 0, sent.length);
        whole.requests.ended();
        Through pieces = inPieces(sent, random, largest);
        assertArrayEquals(whole.out.toByteArray(), pieces.out.toByteArray());
        assertEquals(whole.counters.requests.sum(), pieces.counters.requests.sum());
        assertEquals(whole.counters.unseen.sum(), pieces.counters.unseen.sum());
        if (whole.counters.changed.sum() == 0) {
            assertArrayEquals(sent, whole.out.toByteArray());
        }
    }

    /** Over all that passes: without the field's lines nothing else is missing, added, or out of its place. */
    @Property(tries = 300, seed = "4711")
    void nothingButTheFieldEverDiffers(@ForAll long seed) {
        byte[] sent = damaged(new Random(seed));
        Through whole = inPieces(sent, new Random(seed), 5000);
        assertEquals(without(new String(sent, StandardCharsets.ISO_8859_1)), without(whole.text()));
    }

    private static String without(String text) {
        return text.replaceAll("(?i)accept-encoding:[^\r\n]*\r\n", "");
    }
}
