package org.ferrule.ssh.internal;

import java.util.List;
import java.util.Map;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.LineReader;
import org.jline.reader.impl.CompletionMatcherImpl;

/**
 * Matches by what a word begins with and nothing else: JLine's guesses at typing errors would change a configuration. A
 * word that needs quotes is found without them, too.
 */
final class PrefixMatcher extends CompletionMatcherImpl {
    @Override
    protected void defaultMatchers(
            Map<LineReader.Option, Boolean> options,
            boolean prefix,
            CompletingParsedLine line,
            boolean caseInsensitive,
            int errors,
            String originalGroupName) {
        String word = line.word();
        matchers = List.of(simpleMatcher(candidate -> candidate.startsWith(word) || candidate.startsWith("\"" + word)));
        exact = candidate -> candidate.equals(word);
    }
}
