package org.ferrule.ssh.internal;

import java.util.List;
import java.util.function.Supplier;
import org.ferrule.shell.ShellSession;
import org.ferrule.shell.ShellSession.Suggestion;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers what tmsh says may stand at the cursor. */
final class LineCompleter implements Completer {
    private final Supplier<ShellSession> session;

    LineCompleter(Supplier<ShellSession> session) {
        this.session = session;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String typed = line.line().substring(0, line.cursor());
        for (Suggestion suggestion : session.get().complete(typed)) {
            if (!suggestion.text().isEmpty()) {
                candidates.add(new Candidate(
                        suggestion.text(),
                        suggestion.text(),
                        emptyToNull(suggestion.group()),
                        emptyToNull(suggestion.help()),
                        null,
                        null,
                        suggestion.complete()));
            }
        }
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
