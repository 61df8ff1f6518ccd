package org.ferrule.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ferrule.memory.MemoryAccount;

/**
 * Collects the head of one HTTP/1.0 or HTTP/1.1 request, byte by byte, and knows at the first byte that does not fit that it
 * is none. It is strict (RFC 9112): what two readers could understand differently is no head here.
 */
final class RequestHead {
    /** The longest head, with the empty line at its end. */
    static final int MOST_BYTES = 32768;

    /** The most fields of a head. */
    static final int MOST_FIELDS = 64;

    /** Longer than any registered method. Whoever sends more without a space speaks another protocol, and waits for us. */
    static final int LONGEST_METHOD = 32;

    /** What a head is found to be. */
    enum Verdict {
        INCOMPLETE,
        WHOLE,
        NONE
    }

    private static final int FIRST_SIZE = 1024;
    private static final int LONGEST_LENGTH = 18;
    private static final String PROTOCOL = "HTTP/1.";
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final String NAME = "accept-encoding";
    private static final byte[] IDENTITY = "Accept-Encoding: identity\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final MemoryAccount memory;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;
    private int lineStart;

    /** Which word of the request line is being read: method, target, protocol; beyond them: fields. */
    private int word;

    private int wordStart;
    private int colon;
    private int fields;
    private int acceptFields;
    private String accepted;
    private String body;
    private boolean chunked;
    private boolean endsHere;

    /** @param memory pays for a head that is longer than most */
    RequestHead(MemoryAccount memory) {
        this.memory = memory;
        clear();
    }

    /** Forgets the head, for the next one. A large one's memory is given back: connections may be idle for long. */
    void clear() {
        if (bytes.length > FIRST_SIZE) {
            memory.release(bytes.length - FIRST_SIZE);
            bytes = new byte[FIRST_SIZE];
        }
        length = 0;
        lineStart = 0;
        word = 0;
        wordStart = 0;
        colon = -1;
        fields = 0;
        acceptFields = 0;
        accepted = "";
        body = "";
        chunked = false;
        endsHere = false;
    }

    /** How many bytes are held. */
    int length() {
        return length;
    }

    /** What is held, as it came or as it was changed. */
    ByteBuffer held() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Of a whole head: how many bytes of body follow; 0 if it is chunked. */
    long bodyLength() {
        return body.isEmpty() ? 0 : Long.parseLong(body);
    }

    /** Of a whole head: whether a chunked body follows. */
    boolean chunked() {
        return chunked;
    }

    /**
     * Of a whole head: whether what follows cannot be known from what the client sends: another protocol, or, after a server
     * refused what it was to {@code Expect}, the next request instead of the body.
     */
    boolean endsHere() {
        return endsHere;
    }

    /** Takes bytes up to the end of the head, or to the first one that does not fit, which is taken too. */
    Verdict add(ByteBuffer data) {
        while (data.hasRemaining()) {
            if (length == MOST_BYTES || length == bytes.length && !grow(2 * length)) {
                return Verdict.NONE;
            }
            byte next = data.get();
            bytes[length++] = next;
            boolean afterReturn = length > 1 && bytes[length - 2] == '\r';
            if (afterReturn != (next == '\n') || !afterReturn && !fits(next)) {
                return Verdict.NONE;
            }
            Verdict verdict = afterReturn ? lineEnded() : Verdict.INCOMPLETE;
            if (verdict != Verdict.INCOMPLETE) {
                return verdict;
            }
        }
        return Verdict.INCOMPLETE;
    }

    /** Gives false if no memory is left: what cannot be held passes as it is. */
    private boolean grow(int size) {
        if (!memory.reserve(size - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    private boolean fits(byte next) {
        int at = length - 1 - wordStart;
        switch (word) {
            case 0:
                return next == ' ' ? at > 0 && nextWord() : at < LONGEST_METHOD && token(next);
            case 1:
                return next == ' ' ? at > 0 && nextWord() : next > ' ' && next < 0x7F;
            case 2:
                return at < PROTOCOL.length()
                        ? next == PROTOCOL.charAt(at)
                        : at == PROTOCOL.length() ? next == '0' || next == '1' : next == '\r';
            default:
                return fitsField(next, length - 1 - lineStart);
        }
    }

    private boolean nextWord() {
        word++;
        wordStart = length;
        return true;
    }

    /** A line that begins with a space would be the continuation of the one before: servers differ in that. */
    private boolean fitsField(byte next, int at) {
        if (colon >= 0) {
            return next == '\r' || next == '\t' || next < 0 || next >= ' ' && next != 0x7F;
        }
        if (next == ':') {
            colon = length - 1;
            return at > 0;
        }
        return next == '\r' ? at == 0 : token(next);
    }

    private static boolean token(byte next) {
        return next >= 'a' && next <= 'z'
                || next >= 'A' && next <= 'Z'
                || next >= '0' && next <= '9'
                || TOKEN_MARKS.indexOf(next) >= 0;
    }

    private Verdict lineEnded() {
        Verdict verdict = Verdict.INCOMPLETE;
        if (word == 2) {
            word++;
            endsHere = startsWith("CONNECT ");
        } else if (colon < 0) {
            verdict = chunked && !body.isEmpty() ? Verdict.NONE : Verdict.WHOLE;
        } else if (++fields > MOST_FIELDS || !understood()) {
            verdict = Verdict.NONE;
        }
        if (verdict != Verdict.WHOLE) {
            lineStart = length;
            colon = -1;
        }
        return verdict;
    }

    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (bytes[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Looks at a field that matters. Gives false if it leaves open where the request ends. */
    private boolean understood() {
        if (named("upgrade") || named("expect")) {
            endsHere = true;
        } else if (named(NAME)) {
            accepted = acceptFields++ == 0 ? value() : accepted + "," + value();
        } else if (named("content-length")) {
            boolean first = body.isEmpty();
            body = value();
            return first && number(body);
        } else if (named("transfer-encoding")) {
            boolean first = !chunked;
            chunked = value().equalsIgnoreCase("chunked");
            return first && chunked && bytes[wordStart + PROTOCOL.length()] == '1';
        }
        return true;
    }

    private boolean named(String name) {
        return named(name, lineStart, colon);
    }

    private boolean named(String name, int from, int to) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            byte letter = bytes[from + i];
            if ((letter >= 'A' && letter <= 'Z' ? letter + 0x20 : letter) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value() {
        return new String(bytes, colon + 1, length - 2 - colon - 1, StandardCharsets.ISO_8859_1).strip();
    }

    private static boolean number(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_LENGTH
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Has the whole head ask for content as it is: its {@code Accept-Encoding} fields are replaced by one that says {@code
     * identity}. It stays as it is where the client excludes that, and where it asks for nothing else itself.
     *
     * @return whether it was changed
     */
    boolean askForIdentity() {
        boolean asksAlready = acceptFields == 1 && accepted.equalsIgnoreCase("identity");
        if (asksAlready || !AcceptedCodings.allowIdentity(accepted)) {
            return false;
        }
        int kept = acceptFields == 0 ? lineStart : withoutAcceptEncoding();
        if (bytes.length < kept + IDENTITY.length && !grow(kept + IDENTITY.length)) {
            return false;
        }
        System.arraycopy(IDENTITY, 0, bytes, kept, IDENTITY.length);
        length = kept + IDENTITY.length;
        return true;
    }

    /** Closes the gaps that the fields leave; gives where the empty line begins then. */
    private int withoutAcceptEncoding() {
        int kept = 0;
        int from = 0;
        while (from < lineStart) {
            int to = from;
            while (bytes[to] != '\n') {
                to++;
            }
            to++;
            boolean drop = to - from > NAME.length()
                    && bytes[from + NAME.length()] == ':'
                    && named(NAME, from, from + NAME.length());
            if (!drop) {
                System.arraycopy(bytes, from, bytes, kept, to - from);
                kept += to - from;
            }
            from = to;
        }
        return kept;
    }
}
