package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.shell.Account;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.LiveValues;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.ShellSession.Suggestion;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.shell.Users;

/** A session over a fake configuration. */
final class Bench {
    /** What a command printed, and its exit code. */
    record Result(int code, String out, String err) {}

    final FakeConfiguration configuration = new FakeConfiguration();
    final List<Map<String, String>> ran = new ArrayList<>();
    final List<LiveValues> live = new ArrayList<>();
    final Absent absent = new Absent();
    private final Session session;
    private boolean archives;
    private boolean reboots;
    private Optional<Users> users = Optional.empty();

    Bench() {
        this(Role.ADMIN);
    }

    Bench(Role role) {
        this(role, true);
    }

    Bench(Role role, boolean configured) {
        session = new Session(
                new Account("ann", role, "tmsh"),
                Map.of(),
                new Services(
                        () -> Optional.of(configuration).filter(c -> configured).map(c -> c),
                        this::commands,
                        () -> archives ? List.of(status(), archiveStatus()) : List.of(status()),
                        () -> live,
                        () -> users,
                        absent));
    }

    /** From now on there are archives, which are no configuration objects. */
    Bench withArchives() {
        archives = true;
        return this;
    }

    /** From now on there is a command that is a verb alone. */
    Bench withReboot() {
        reboots = true;
        return this;
    }

    List<RunCommand> commands() {
        List<RunCommand> commands = new ArrayList<>(List.of(command("cm pair"), command("cm part")));
        if (archives) {
            commands.addAll(List.of(archive("save"), archive("list"), archive("install"), archive("show", "sys log")));
        }
        if (reboots) {
            commands.add(reboot());
        }
        return commands;
    }

    /** A command under another verb than run, with an operand and a word that stands alone. */
    private RunCommand archive(String verb) {
        return archive(verb, "sys ucs");
    }

    private RunCommand archive(String verb, String name) {
        return new RunCommand() {
            @Override
            public String verb() {
                return verb;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public String help() {
                return "Does something with archives";
            }

            @Override
            public Role role() {
                return verb.equals("list") ? Role.GUEST : Role.ADMIN;
            }

            @Override
            public Optional<Operand> operand() {
                List<String> known = verb.equals("list") ? List.of("one.ucs", "two.ucs") : List.of();
                return Optional.of(new Operand("name", "Its name", verb.equals("save"), () -> known));
            }

            @Override
            public List<Parameter> parameters() {
                return List.of(
                        new Parameter("passphrase", "Encrypts it"),
                        new Parameter("no-private-key", "Leaves keys out", true));
            }

            @Override
            public void run(Invocation invocation) {
                ran.add(invocation.arguments());
                invocation.out().println(verb + " archive");
            }
        };
    }

    private RunCommand reboot() {
        return new RunCommand() {
            @Override
            public String verb() {
                return "reboot";
            }

            @Override
            public String name() {
                return "";
            }

            @Override
            public String help() {
                return "Starts again";
            }

            @Override
            public List<Parameter> parameters() {
                return List.of(
                        new Parameter("volume", "Which", false, () -> List.of("HD1.1", "HD1.2")),
                        new Parameter("copy", "With all", true));
            }

            @Override
            public void run(Invocation invocation) {
                ran.add(invocation.arguments());
                invocation.out().println("reboot done");
            }
        };
    }

    /** From now on the user whose session it is may do this; nothing, if it was deleted. */
    void now(Optional<Role> role) {
        users = Optional.of(new Users() {
            @Override
            public Optional<Account> authenticate(String user, char[] password) {
                return Optional.empty();
            }

            @Override
            public Optional<Account> authenticate(String user, PublicKey key) {
                return Optional.empty();
            }

            @Override
            public Optional<Account> account(String user) {
                return role.map(now -> new Account(user, now, "tmsh"));
            }

            @Override
            public AutoCloseable onChange(Runnable listener) {
                return () -> {};
            }
        });
    }

    /** What runs knows these teams, and no others. */
    void teams(Map<String, String> teams) {
        live("auth user", "teams", "team", teams);
    }

    void live(String kind, String property, String title, Map<String, String> values) {
        live.add(new LiveValues() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public String property() {
                return property;
            }

            @Override
            public String title() {
                return title;
            }

            @Override
            public Map<String, String> values() {
                return values;
            }
        });
    }

    private RunCommand command(String name) {
        return new RunCommand() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String help() {
                return "Runs " + name;
            }

            @Override
            public List<Parameter> parameters() {
                return List.of(new Parameter("peer", "With whom"), new Parameter("token", "Their word"));
            }

            @Override
            public void run(Invocation invocation) throws ConfigException {
                if (invocation.arguments().containsValue("nobody")) {
                    throw new ConfigException("There is nobody");
                }
                ran.add(invocation.arguments());
                invocation.out().println("ran " + name);
            }
        };
    }

    private static StatusProvider status() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("mode", "round-robin");
        values.put("traffic", Map.of("bits-in", 36_200L));
        Status member = new Status("10.0.0.1:80", Availability.OFFLINE, false, "down", Map.of("bits-in", 1L));
        Status web = new Status(
                "/Common/web",
                Availability.AVAILABLE,
                true,
                "The pool is available",
                values,
                List.of(new Status.Part("Pool Member", member)));
        Status other = new Status("/Common/other", Availability.UNKNOWN, true, "unknown", Map.of());
        return new StatusProvider() {
            @Override
            public String kind() {
                return "ltm pool";
            }

            @Override
            public List<Status> status() {
                return List.of(web, other);
            }
        };
    }

    /** A status of what is no configuration object. */
    private static StatusProvider archiveStatus() {
        return new StatusProvider() {
            @Override
            public String kind() {
                return "sys ucs";
            }

            @Override
            public Optional<KindDescriptor> described() {
                return Optional.of(new KindDescriptor("sys ucs", "Archive", "Archives", false, 1, List.of()));
            }

            @Override
            public List<Status> status() {
                return List.of(
                        new Status("one.ucs", Availability.AVAILABLE, true, "whole", Map.of("encrypted", "yes")));
            }
        };
    }

    Session session() {
        return session;
    }

    Result run(String command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = session.execute(command, new PrintWriter(out), new PrintWriter(err));
        return new Result(code, out.toString(), err.toString());
    }

    String ok(String command) {
        Result result = run(command);
        if (result.code() != 0 || !result.err().isEmpty()) {
            throw new AssertionError(command + ": " + result);
        }
        return result.out();
    }

    String refused(String command) {
        Result result = run(command);
        if (result.code() != 1 || result.err().isBlank()) {
            throw new AssertionError(command + ": " + result);
        }
        return result.err().strip();
    }

    List<String> complete(String line) {
        return session.complete(line).stream().map(Suggestion::text).toList();
    }
}
