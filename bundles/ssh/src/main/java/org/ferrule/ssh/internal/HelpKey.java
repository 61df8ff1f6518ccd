package org.ferrule.ssh.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.shell.ShellSession;
import org.ferrule.shell.ShellSession.Suggestion;
import org.jline.reader.Buffer;
import org.jline.reader.LineReader;
import org.jline.reader.Reference;

/** The key {@code ?}: shows what may stand at the cursor, without Enter. Typed after a backslash or in quotes it is text. */
final class HelpKey {
    private static final String WIDGET = "tmsh-help";
    private static final int MAX_COLUMN = 32;

    private final LineReader reader;
    private final Supplier<ShellSession> session;

    HelpKey(LineReader reader, Supplier<ShellSession> session) {
        this.reader = reader;
        this.session = session;
    }

    void bind() {
        reader.getWidgets().put(WIDGET, this::pressed);
        reader.getKeyMaps().get(LineReader.MAIN).bind(new Reference(WIDGET), "?");
    }

    private boolean pressed() {
        Buffer buffer = reader.getBuffer();
        String typed = buffer.substring(0, buffer.cursor());
        if (typed.endsWith("\\") || LineParser.inQuotes(typed, typed.length())) {
            buffer.write('?');
            return true;
        }
        // JLine takes the line off the screen and puts it back below: what was asked is kept above the answer.
        String asked = session.get().prompt() + typed + "?\n";
        reader.printAbove(
                asked + describe(session.get().complete(typed), LineParser.wordBefore(typed, typed.length())));
        return true;
    }

    /** The suggestions that go with the word, under their headings, with their help beside them. */
    static String describe(List<Suggestion> suggestions, String word) {
        Map<String, List<Suggestion>> groups = new LinkedHashMap<>();
        int column = 0;
        for (Suggestion suggestion : suggestions) {
            if (suggestion.text().isEmpty() || suggestion.text().startsWith(word)) {
                groups.computeIfAbsent(suggestion.group(), group -> new ArrayList<>())
                        .add(suggestion);
                column = Math.max(column, shown(suggestion).length());
            }
        }
        if (groups.isEmpty()) {
            return "  Nothing is known to stand here.\n";
        }
        int width = Math.min(column, MAX_COLUMN);
        StringBuilder text = new StringBuilder();
        groups.forEach((group, members) -> {
            if (!group.isEmpty()) {
                text.append(group).append(":\n");
            }
            members.forEach(member -> line(text, member, width));
        });
        return text.toString();
    }

    private static String shown(Suggestion suggestion) {
        return suggestion.text().isEmpty() ? "<text>" : suggestion.text();
    }

    private static void line(StringBuilder text, Suggestion suggestion, int width) {
        String shown = shown(suggestion);
        text.append("  ").append(shown);
        if (!suggestion.help().isEmpty()) {
            text.append(" ".repeat(Math.max(0, width - shown.length()) + 2)).append(suggestion.help());
        }
        text.append('\n');
    }
}
