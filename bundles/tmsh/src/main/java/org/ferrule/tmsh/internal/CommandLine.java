package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.RunCommand.Parameter;

/**
 * One command that is about no configuration object, with the words that follow its name.
 *
 * @param account who typed it
 * @param command what is to be run
 * @param out where it prints
 */
record CommandLine(Account account, RunCommand command, PrintWriter out) {
    void run(List<Word> words, Map<Class<?>, Object> facilities) throws ConfigException {
        if (!account.may(command.role())) {
            throw new ConfigException(
                    "01070822:3: Access Denied: " + typed() + " needs the role " + Kinds.typed(command.role()));
        }
        command.run(new RunCommand.Invocation(account, arguments(words), out, facilities));
    }

    private Map<String, String> arguments(List<Word> words) throws SyntaxError {
        Deque<String> left = new ArrayDeque<>(words.stream().map(Word::text).toList());
        Map<String, String> arguments = new LinkedHashMap<>();
        if (command.operand().isPresent()) {
            RunCommand.Operand operand = command.operand().get();
            if (!left.isEmpty()) {
                arguments.put(operand.name(), left.remove());
            } else if (operand.required()) {
                throw new SyntaxError("the " + operand.name() + " is missing: " + typed() + " "
                        + operand.name().toUpperCase(Locale.ROOT));
            }
        }
        List<String> names = command.parameters().stream().map(Parameter::name).toList();
        while (!left.isEmpty()) {
            String name = Vocabulary.pick(left.remove(), names);
            boolean alone = command.parameters().get(names.indexOf(name)).alone();
            if (!alone && left.isEmpty()) {
                throw new SyntaxError(name + " of " + typed() + " needs a value");
            }
            arguments.put(name, alone ? "" : left.remove());
        }
        return arguments;
    }

    private String typed() {
        return (command.verb() + " " + command.name()).strip();
    }
}
