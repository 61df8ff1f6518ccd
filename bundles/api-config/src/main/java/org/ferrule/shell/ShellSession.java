package org.ferrule.shell;

import java.io.PrintWriter;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** One person's or script's conversation with tmsh. */
@ProviderType
public interface ShellSession {
    /** What to print before a line is read: {@code admin@(branch)(/Common)(tmos)# }. */
    String prompt();

    /**
     * Runs a command, or several parted by new lines or semicolons; the first that fails ends it.
     *
     * @return 0, or the exit code that a caller's shell should see
     */
    int execute(String command, PrintWriter out, PrintWriter err);

    /** Whether the text ends within braces or quotes, so that another line is wanted before it can run. */
    boolean incomplete(String text);

    /** What may stand at the end of {@code line} (the text up to the cursor); empty where nothing can be said. */
    List<Suggestion> complete(String line);

    /** Whether {@code quit} was said. */
    boolean ended();

    /**
     * Something that may stand at the cursor.
     *
     * @param text the whole word; empty if any text of some form is expected, which {@code help} describes
     * @param help one line, or ""
     * @param group what sort of thing it is, for a heading: "Properties", "Values", "Names"
     * @param complete whether the word is finished, so that a blank follows it
     */
    record Suggestion(String text, String help, String group, boolean complete) {}
}
