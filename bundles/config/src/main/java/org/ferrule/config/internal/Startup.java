package org.ferrule.config.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.internal.ConfigText.Content;
import org.ferrule.config.internal.Sealed.DamagedException;

/**
 * Decides with what configuration the appliance begins: what ran before, if this virtual machine is the same; else the
 * saved one; else the newest before it that is whole; else what is shipped.
 *
 * @param store the files
 * @param text reads them
 * @param notices where to say what was not as it should be
 */
record Startup(Store store, ConfigText text, Notices notices) {
    State state(String boot) throws IOException {
        Catalog catalog = catalog();
        Optional<State> running = running(catalog, boot);
        return running.isPresent() ? running.get() : saved(catalog);
    }

    private Catalog catalog() throws IOException {
        try {
            return store.readCatalog();
        } catch (DamagedException e) {
            notices.add("The list of kinds, kinds.json, is damaged (" + e.getMessage()
                    + "); the configuration is read as the modules arrive");
            return Catalog.EMPTY;
        }
    }

    private Optional<State> running(Catalog catalog, String boot) throws IOException {
        try {
            Optional<String> ran = store.readRunning(boot);
            if (ran.isEmpty()) {
                return Optional.empty();
            }
            Content content = text.readAll(shipped(catalog), ran.get(), "running.conf", catalog, true);
            content.problems().forEach(notices::add);
            return Optional.of(new State(catalog, content.tree(), content.unread(), Set.of(), false));
        } catch (DamagedException | ConfigException e) {
            notices.add("What ran before, " + store.running() + ", cannot be read (" + e.getMessage()
                    + "); the appliance goes on with the saved configuration");
            return Optional.empty();
        }
    }

    private State saved(Catalog catalog) throws IOException {
        Optional<byte[]> bytes = Store.read(store.saved());
        if (bytes.isEmpty()) {
            // Whoever wants to begin anew takes those before it away, too.
            return store.kept().stream().anyMatch(Files::exists)
                    ? earlier(catalog, "The saved configuration " + store.saved() + " is missing; ")
                    : new State(catalog, shipped(catalog), List.of(), Set.of(), false);
        }
        try {
            return accept(catalog, store.saved(), bytes.get());
        } catch (DamagedException e) {
            store.setAside(bytes.get());
            return earlier(
                    catalog, "The saved configuration " + store.saved() + " is damaged (" + e.getMessage() + "); ");
        }
    }

    private State earlier(Catalog catalog, String what) throws IOException {
        for (Path file : store.kept()) {
            Optional<byte[]> bytes = Store.read(file);
            if (bytes.isPresent()) {
                try {
                    State state = accept(catalog, file, bytes.get());
                    notices.add(what + "the appliance runs with " + file + " of " + date(file));
                    return state;
                } catch (DamagedException e) {
                    notices.add(file + " is damaged too (" + e.getMessage() + ")");
                }
            }
        }
        notices.add(what + "there is no earlier one that is whole: the appliance runs with what is shipped");
        return new State(catalog, shipped(catalog), List.of(), Set.of(), false);
    }

    private State accept(Catalog catalog, Path file, byte[] bytes) throws DamagedException {
        Sealed sealed = Sealed.read(bytes);
        String name = file.getFileName().toString();
        try {
            Content content = text.readAll(shipped(catalog), sealed.text(), name, catalog, sealed.intact());
            content.problems().forEach(problem -> notices.add("Kept, but not in use: " + problem));
            if (sealed.intact()) {
                return new State(catalog, content.tree(), content.unread(), Set.of(), false);
            }
            if (content.unread().isEmpty()) {
                new References(catalog).checkAll(content.tree());
            }
            notices.add(file + " was edited by hand: its checksum is not the one that was saved");
            return new State(catalog, content.tree(), content.unread(), content.ids(), true);
        } catch (ConfigException e) {
            String place = name + ", ";
            String message = e.getMessage();
            throw new DamagedException(message.startsWith(place) ? message.substring(place.length()) : message, e);
        }
    }

    private static ConfigTree shipped(Catalog catalog) {
        return ConfigTree.of(catalog.shipped(), List.of());
    }

    private static String date(Path file) throws IOException {
        Instant saved = Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS);
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").format(saved.atZone(ZoneId.systemDefault()));
    }
}
