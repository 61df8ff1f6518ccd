package org.ferrule.tmsh.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.TextForm;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.ferrule.shell.Account;

/** The verb {@code list}: objects as text. */
final class Listing {
    static final Set<String> OPTIONS = Set.of("all-properties", "non-default-properties", "one-line", "recursive");

    private final Account account;
    private final Services services;
    private final String folder;
    private final PrintWriter out;

    Listing(Account account, Services services, String folder, PrintWriter out) {
        this.account = account;
        this.services = services;
        this.folder = folder;
        this.out = out;
    }

    void list(List<Word> words) throws ConfigException {
        Configuration configuration = services.configuration();
        Vocabulary.Match match = Vocabulary.kind(configuration.kinds(), Vocabulary.before(words, OPTIONS));
        List<String> names = new ArrayList<>();
        List<String> options = new ArrayList<>();
        List<String> properties = new ArrayList<>();
        for (Word word : words.subList(match.words(), words.size())) {
            if (word.type() != Type.WORD) {
                throw SyntaxError.unexpected(word.text());
            }
            boolean property = match.kind()
                    .filter(k -> k.singleton() || !names.isEmpty())
                    .flatMap(k -> k.property(word.text()))
                    .isPresent();
            if (OPTIONS.contains(word.text())) {
                options.add(word.text());
            } else if (property) {
                properties.add(word.text());
            } else if (match.kind().filter(k -> !k.singleton()).isPresent()) {
                names.add(word.text());
            } else {
                throw SyntaxError.unexpected(word.text());
            }
        }
        for (KindDescriptor kind : Vocabulary.below(configuration.kinds(), match.path())) {
            if (match.kind().isEmpty() || kind.equals(match.kind().get())) {
                list(configuration, kind, new Selection(names), options, properties);
            }
        }
    }

    private void list(
            Configuration configuration,
            KindDescriptor kind,
            Selection selection,
            List<String> options,
            List<String> properties)
            throws ConfigException {
        ConfigTree tree = configuration.running();
        List<String> existing =
                tree.ids(kind.name()).stream().map(ObjectId::name).toList();
        if (!configuration.available(kind.name()) && !existing.isEmpty()) {
            out.println("# " + kind.name() + ": unavailable, its module is not running");
        }
        for (String name : selection.of(kind, existing, folder)) {
            ObjectId id = new ObjectId(kind.name(), name);
            Map<String, Object> values = visible(kind, values(tree, kind, id, options, properties));
            out.print(
                    options.contains("one-line")
                            ? TextForm.oneLine(kind, id, values, folder) + System.lineSeparator()
                            : TextForm.write(kind, id, values, folder));
        }
    }

    private static Map<String, Object> values(
            ConfigTree tree, KindDescriptor kind, ObjectId id, List<String> options, List<String> properties) {
        boolean all = options.contains("all-properties") || !properties.isEmpty();
        Map<String, Object> values = all
                ? tree.resolve(kind, id).orElseThrow()
                : tree.get(id).orElseThrow().properties();
        if (properties.isEmpty()) {
            return values;
        }
        Map<String, Object> asked = new LinkedHashMap<>();
        for (String property : properties) {
            String name = kind.property(property).orElseThrow().name();
            if (values.containsKey(name)) {
                asked.put(name, values.get(name));
            }
        }
        return asked;
    }

    /** Secrets are sealed or hashed, and even so they are for administrators only. */
    private Map<String, Object> visible(KindDescriptor kind, Map<String, Object> values) {
        if (account.may(Account.Role.ADMIN)) {
            return values;
        }
        Map<String, Object> visible = new LinkedHashMap<>(values);
        for (PropertyDescriptor property : kind.properties()) {
            if (property.type() == PropertyType.SECRET) {
                visible.remove(property.name());
            }
        }
        return visible;
    }
}
