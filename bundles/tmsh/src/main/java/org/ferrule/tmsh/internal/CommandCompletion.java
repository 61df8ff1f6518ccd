package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.RunCommand.Parameter;
import org.ferrule.shell.ShellSession.Suggestion;

/** What may stand after a verb, for commands that are about no configuration object. */
record CommandCompletion(Services services, Verb verb) {
    /** @param heading what the words of names are called: "Commands", "Components" */
    List<Suggestion> after(List<Word> words, String heading) {
        String typed = String.join(" ", words.stream().map(Word::text).toList());
        Map<String, Suggestion> next = new LinkedHashMap<>();
        for (RunCommand command : services.commands(verb).values()) {
            if (command.name().isEmpty() || typed.equals(command.name()) || typed.startsWith(command.name() + " ")) {
                return arguments(command, words.subList(Services.words(command), words.size()));
            }
            if (typed.isEmpty() || command.name().startsWith(typed + " ")) {
                String left = command.name().substring(typed.isEmpty() ? 0 : typed.length() + 1);
                String word = left.split(" ")[0];
                next.putIfAbsent(word, new Suggestion(word, command.help(), heading, true));
            }
        }
        return List.copyOf(next.values());
    }

    private static List<Suggestion> arguments(RunCommand command, List<Word> words) {
        int at = 0;
        if (command.operand().isPresent()) {
            if (words.isEmpty()) {
                return operand(command.operand().get());
            }
            at = 1;
        }
        List<Parameter> left = new ArrayList<>(command.parameters());
        List<String> values = List.of();
        while (at < words.size()) {
            String name = words.get(at).text();
            Optional<Parameter> said =
                    left.stream().filter(p -> p.name().equals(name)).findFirst();
            values = said.map(p -> p.known().get()).orElse(List.of());
            said.ifPresent(left::remove);
            at += said.isPresent() && said.get().alone() ? 1 : 2;
        }
        // Past the end: a value is being typed.
        return at > words.size()
                ? names(values)
                : left.stream()
                        .map(p -> new Suggestion(p.name(), p.help(), "Parameters", true))
                        .toList();
    }

    private static List<Suggestion> operand(RunCommand.Operand operand) {
        List<String> known = operand.known().get();
        return known.isEmpty() ? List.of(new Suggestion("", operand.help(), "Names", false)) : names(known);
    }

    private static List<Suggestion> names(List<String> names) {
        return names.stream()
                .map(name -> new Suggestion(Words.quote(name), "", "Names", true))
                .toList();
    }
}
