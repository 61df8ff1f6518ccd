package org.ferrule.isession.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a peer says to a fibre, frame by frame, as the files of the corpus have it; {@code corpus/README.md} describes their
 * form.
 *
 * @param name of the file that it was read from, or of what was made of it
 * @param ends what the fibre ends by: the rule that is broken, ERROR or GONE; empty if it goes on
 */
record Conversation(String name, List<Piece> pieces, String ends) {
    private static final Path CORPUS = Path.of("src/test/resources/corpus");
    private static final Pattern WORD = Pattern.compile("'[^']*'|[a-z-]+=\"[^\"]*\"|\\S+");
    private static final int BYTES = -1;

    /**
     * A frame, or bytes that are none.
     *
     * @param type the frame's number; {@link #BYTES} for bytes that are no frame
     * @param length what the header states; negative: the payload's own
     */
    record Piece(int type, int flow, int length, byte[] payload) {
        boolean isFrame() {
            return type != BYTES;
        }

        static Piece bytes(byte[] bytes) {
            return new Piece(BYTES, 0, -1, bytes);
        }

        Piece with(byte[] next) {
            return new Piece(type, flow, length, next);
        }

        void encode(ByteArrayOutputStream to) {
            if (isFrame()) {
                int stated = length < 0 ? payload.length : length;
                to.writeBytes(ByteBuffer.allocate(Protocol.HEADER)
                        .putInt(stated << 8 | type)
                        .putInt(flow)
                        .array());
            }
            to.writeBytes(payload);
        }

        /** As a file of the corpus has it. */
        String text() {
            String hex = HexFormat.of().formatHex(payload);
            return isFrame()
                    ? String.format("%02x %d", type, flow) + (length < 0 ? "" : " length=" + length) + " " + hex
                    : "bytes " + hex;
        }
    }

    /** All conversations of the corpus, in the order of their names. */
    static List<Conversation> corpus() {
        try (var files = Files.list(CORPUS)) {
            return files.filter(f -> f.toString().endsWith(".frames"))
                    .sorted()
                    .map(Conversation::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Conversation read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Conversation parse(String name, String text) {
        List<Piece> pieces = new ArrayList<>();
        String ends = "";
        for (String line : text.lines().toList()) {
            List<String> words =
                    WORD.matcher(line).results().map(r -> r.group()).toList();
            if (words.isEmpty() || words.get(0).startsWith("//")) {
                continue;
            }
            switch (words.get(0)) {
                case "greet" -> pieces.addAll(greeting());
                case "ends" -> ends = words.get(1);
                case "preface" -> pieces.add(Piece.bytes(preface(words)));
                case "bytes" -> pieces.add(Piece.bytes(payload(words.subList(1, words.size()))));
                default -> pieces.add(frame(words));
            }
        }
        return new Conversation(name, List.copyOf(pieces), ends);
    }

    private static List<Piece> greeting() {
        return parse("", """
                preface 1 1
                HELLO 0 #0 device="fuzz" histories="16"
                CAPS 0 #1 mode="enabled" compression="enabled" compression-codecs="runs" compression-context="fibre"
                """).pieces();
    }

    private static byte[] preface(List<String> words) {
        return ByteBuffer.allocate(Protocol.PREFACE)
                .put(Protocol.MAGIC)
                .put(Byte.parseByte(words.get(1)))
                .put(Byte.parseByte(words.get(2)))
                .array();
    }

    private static Piece frame(List<String> words) {
        String type = words.get(0);
        int number = type.matches("[0-9a-f]{2}")
                ? Integer.parseInt(type, 16)
                : FrameType.valueOf(type).code();
        List<String> rest = words.subList(2, words.size());
        int length = -1;
        if (!rest.isEmpty() && rest.get(0).matches("length=[0-9]+")) {
            length = Integer.parseInt(rest.get(0).substring("length=".length()));
            rest = rest.subList(1, rest.size());
        }
        return new Piece(number, Integer.parseInt(words.get(1)), length, payload(rest));
    }

    private static byte[] payload(List<String> words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        words.forEach(word -> bytes.writeBytes(value(word)));
        return bytes.toByteArray();
    }

    private static byte[] value(String word) {
        if (word.startsWith("#")) {
            return ByteBuffer.allocate(4)
                    .putInt(Integer.parseInt(word.substring(1)))
                    .array();
        }
        if (word.startsWith("'")) {
            return word.substring(1, word.length() - 1).getBytes(StandardCharsets.UTF_8);
        }
        Matcher repeated = Pattern.compile("([0-9a-f]{2})\\*([0-9]+)").matcher(word);
        if (repeated.matches()) {
            return HexFormat.of().parseHex(repeated.group(1).repeat(Integer.parseInt(repeated.group(2))));
        }
        Matcher pair = Pattern.compile("([a-z-]+)=\"(.*)\"").matcher(word);
        if (pair.matches()) {
            byte[] name = pair.group(1).getBytes(StandardCharsets.US_ASCII);
            byte[] content = pair.group(2).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(3 + name.length + content.length)
                    .put((byte) name.length)
                    .put(name)
                    .putShort((short) content.length)
                    .put(content)
                    .array();
        }
        return HexFormat.of().parseHex(word);
    }

    /** What goes over the wire. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pieces.forEach(piece -> piece.encode(bytes));
        return bytes.toByteArray();
    }

    /** The same said by the other role: files have the ids that an acceptor's peer uses, so even ones are its own. */
    Conversation byDialler() {
        return new Conversation(
                name,
                pieces.stream()
                        .map(p -> new Piece(
                                p.type(), p.flow() == 0 ? 0 : (p.flow() - 1 ^ 1) + 1, p.length(), p.payload()))
                        .toList(),
                ends);
    }

    int frames() {
        return (int) pieces.stream().filter(Piece::isFrame).count();
    }

    /** As a file of the corpus has it: what a failure prints can be kept as one. */
    String text() {
        StringBuilder text = new StringBuilder("// " + name + "\n");
        pieces.forEach(piece -> text.append(piece.text()).append('\n'));
        return text.toString();
    }
}
