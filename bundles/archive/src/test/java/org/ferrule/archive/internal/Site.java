package org.ferrule.archive.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.shell.Account;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;

/** An appliance as far as archives are concerned. */
final class Site {
    static final String PASSPHRASE = "correct horse battery";

    final Path home;
    final FakeSecrets secrets;
    final FakeConfiguration configuration;
    final UcsFolder folder;
    final Undo undo;
    private final UcsActions actions;

    Site(Path home, String master) throws IOException {
        this.home = home;
        secrets = new FakeSecrets(master);
        configuration = new FakeConfiguration(home);
        HomeFiles files = new HomeFiles(new Home(home));
        folder = ArchiveComponent.folder(new Home(home));
        undo = Undo.in(folder, files);
        Clock clock = Clock.fixed(Instant.parse("2026-11-28T12:00:00.5Z"), ZoneOffset.UTC);
        actions = new UcsActions(
                folder,
                new UcsWriter(files, "1.2.3", clock),
                new UcsLoader(files, undo),
                () -> Optional.of(configuration),
                () -> Optional.of(secrets));
        Files.createDirectories(home);
    }

    Site put(String name, String content) throws IOException {
        Files.createDirectories(home.resolve(name).getParent());
        Files.writeString(home.resolve(name), content);
        return this;
    }

    String content(String name) throws IOException {
        return Files.readString(home.resolve(name));
    }

    boolean has(String name) {
        return Files.exists(home.resolve(name));
    }

    String run(String verb, String... arguments) throws ConfigException {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            given.put(arguments[i], arguments[i + 1]);
        }
        RunCommand command = UcsCommand.all(folder, actions).stream()
                .filter(c -> c.verb().equals(verb))
                .findFirst()
                .orElseThrow();
        StringWriter out = new StringWriter();
        command.run(new RunCommand.Invocation(
                new Account("ann", Role.ADMIN, "tmsh"), given, new PrintWriter(out, true), Map.of()));
        return out.toString();
    }

    byte[] archive(String name) throws IOException {
        return Files.readAllBytes(folder.path().resolve(name));
    }

    /** Brings an archive of another appliance here. */
    void fetch(Site from, String name) throws IOException {
        Files.createDirectories(folder.path());
        Files.write(folder.path().resolve(name), from.archive(name));
    }
}
