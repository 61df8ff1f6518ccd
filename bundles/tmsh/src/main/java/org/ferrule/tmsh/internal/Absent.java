package org.ferrule.tmsh.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.config.text.Words.Word;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Whose the commands are that were there and are not any more, so that they are not taken for mistakes. Any thread. */
final class Absent {
    private static final String OURS = "org.ferrule.";

    /** By their services: verb and name, and the module. */
    private final Map<Object, Command> present = new ConcurrentHashMap<>();

    private final Map<String, Command> gone = new ConcurrentHashMap<>();

    /**
     * A command of a module.
     *
     * @param words verb and name: {@code save sys ucs}
     * @param module as it is listed
     */
    record Command(String words, String module) {}

    /** The module that a service is of, as it is listed. */
    static String module(ServiceReference<?> reference) {
        // A service that is being unregistered at this moment has no bundle any more.
        Bundle bundle = reference.getBundle();
        String name = bundle == null ? "" : Objects.toString(bundle.getSymbolicName(), "");
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }

    /**
     * A command came.
     *
     * @param service tells it from other versions of it
     */
    void came(Object service, String module, String verb, String name) {
        String words = verb + " " + name;
        present.put(service, new Command(words, module));
        gone.remove(words);
    }

    /** A command went; another version of its module may have it still. */
    void went(Object service) {
        Command command = present.remove(service);
        if (command != null
                && present.values().stream().noneMatch(other -> other.words().equals(command.words()))) {
            gone.put(command.words(), command);
        }
    }

    /** The command that the words begin with, if its module is away; shortened ones are not known. */
    Optional<Command> command(Verb verb, List<Word> words) {
        StringBuilder typed = new StringBuilder(verb.word());
        for (Word word : words) {
            Command command = gone.get(typed.append(' ').append(word.text()).toString());
            if (command != null) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
