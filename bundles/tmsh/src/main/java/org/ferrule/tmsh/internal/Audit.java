package org.ferrule.tmsh.internal;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.ferrule.config.text.Words.Word;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down who changed what, without secrets. */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("audit");

    /** Properties and parameters whose values are nobody's business; judged by name, since a typo is logged too. */
    private static final Set<String> SECRET = Set.of("password", "token", "passphrase", "secret", "key");

    private static final long PROCESS = ProcessHandle.current().pid();

    private Audit() {}

    /**
     * The command as it was typed, on one line, with secrets replaced.
     *
     * @param secrets names that the command may have in short
     */
    static String readable(String text, List<Word> words, Collection<String> secrets) {
        StringBuilder readable = new StringBuilder();
        boolean secret = false;
        for (Word word : words) {
            readable.append(readable.isEmpty() ? "" : " ");
            readable.append(secret ? "****" : text.substring(word.start(), word.end()));
            secret = isSecret(word.text())
                    || !word.text().isEmpty() && secrets.stream().anyMatch(s -> s.startsWith(word.text()));
        }
        return readable.toString().replaceAll("\\R", " ");
    }

    /** Whether a value of that name is nobody's business. */
    static boolean isSecret(String name) {
        return SECRET.stream().anyMatch(s -> name.equals(s) || name.endsWith("-" + s));
    }

    static void log(String user, String folder, String status, String command) {
        LOG.info(
                "01420002:5: AUDIT - pid={} user={} folder={} module=(tmos)# status=[{}] cmd_data={}",
                PROCESS,
                user,
                folder,
                status.replaceAll("\\R", " "),
                command);
    }
}
