package org.ferrule.archive.internal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ferrule.shell.Account;
import org.ferrule.shell.Shell;

/**
 * Asks the shell, and whatever else may hang, on threads of low priority, and waits only so long for an answer, and for all
 * of them: what hangs is often what an archive for support is made for.
 */
final class Questions implements AutoCloseable {
    private final Shell shell;
    private final Account account;
    private final Duration patience;
    private final Duration whole;
    private final long begun = System.nanoTime();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "support-archive");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    });

    /**
     * @param shell what is asked; null if there is none
     * @param account who asks
     * @param patience how long one answer may take
     * @param whole how long all of them may take together
     */
    Questions(Shell shell, Account account, Duration patience, Duration whole) {
        this.shell = shell;
        this.account = account;
        this.patience = patience;
        this.whole = whole;
    }

    /** Something that gives a text. */
    @FunctionalInterface
    interface Source {
        String text() throws Exception;
    }

    /** What the command printed; empty if it failed. */
    Optional<String> ask(String command) {
        if (shell == null) {
            return Optional.empty();
        }
        String answer = in(() -> {
            StringWriter out = new StringWriter();
            PrintWriter print = new PrintWriter(out);
            int exit = shell.open(account, Map.of()).execute(command, print, new PrintWriter(new StringWriter()));
            print.flush();
            return exit == 0 ? out.toString() : "";
        });
        return Optional.of(answer).filter(text -> !text.isEmpty());
    }

    /** The text of a source, or why there is none. */
    String in(Source source) {
        long left = whole.toNanos() - (System.nanoTime() - begun);
        if (left <= 0) {
            return "Not asked: what was asked before took the " + whole.toSeconds() + " s that there are\n";
        }
        Future<String> answer = threads.submit(source::text);
        try {
            return answer.get(Math.min(left, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return "No answer in time\n";
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return "Interrupted\n";
        } catch (ExecutionException e) {
            return "Failed: " + e.getCause() + "\n";
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
