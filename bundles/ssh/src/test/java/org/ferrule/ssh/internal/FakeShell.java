package org.ferrule.ssh.internal;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.ferrule.config.ConfigException;
import org.ferrule.config.text.Words;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.jline.terminal.Terminal;

/** A tmsh of few words: {@code echo}, {@code fail}, {@code block}, {@code size}, {@code karaf}, {@code quit}. */
final class FakeShell implements Shell {
    final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final CountDownLatch never = new CountDownLatch(1);
    volatile RunCommand run;

    @Override
    public ShellSession open(Account account, Map<Class<?>, Object> facilities) {
        return new Session(account, facilities);
    }

    private final class Session implements ShellSession {
        private final Account account;
        private final Map<Class<?>, Object> facilities;
        private boolean ended;

        Session(Account account, Map<Class<?>, Object> facilities) {
            this.account = account;
            this.facilities = facilities;
        }

        @Override
        public String prompt() {
            return account.name() + "# ";
        }

        @Override
        public int execute(String command, PrintWriter out, PrintWriter err) {
            commands.add(command);
            String[] words = command.strip().split("\\s+", 2);
            switch (words[0]) {
                case "echo" -> out.println(words[1]);
                case "quit" -> ended = true;
                case "block" -> block();
                case "size" -> out.println(((Terminal) facilities.get(Terminal.class)).getSize());
                case "karaf" -> {
                    return karaf(out, err);
                }
                default -> {
                    err.println("Syntax Error: unexpected argument \"" + words[0] + "\"");
                    return 1;
                }
            }
            return 0;
        }

        private int karaf(PrintWriter out, PrintWriter err) {
            try {
                run.run(new RunCommand.Invocation(account, Map.of(), out, facilities));
                return 0;
            } catch (ConfigException e) {
                err.println(e.getMessage());
                return 1;
            }
        }

        private void block() {
            events.add("blocked");
            try {
                never.await();
            } catch (InterruptedException e) {
                events.add("interrupted");
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean incomplete(String text) {
            Words.Split split = Words.split(text);
            return split.depth() > 0 || split.openQuote();
        }

        @Override
        public List<Suggestion> complete(String line) {
            if (line.startsWith("echo ")) {
                return List.of(
                        new Suggestion("pool", "Pools of members", "Kinds", true),
                        new Suggestion("policy", "Policies", "Kinds", true),
                        new Suggestion("\"a b\"", "Two words", "Kinds", true),
                        new Suggestion("", "any other text", "Values", false));
            }
            return List.of(new Suggestion("echo", "Says it again", "Verbs", true));
        }

        @Override
        public boolean ended() {
            return ended;
        }
    }
}
