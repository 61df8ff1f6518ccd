package org.ferrule.archive.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.TextForm;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/** Users with secrets, in a file; refuses text with the word "refused" in it. */
final class FakeConfiguration implements Configuration {
    /** A user. */
    @Kind(value = "auth user", title = "user", help = "A user")
    record User(
            @Property(help = "A hash", type = PropertyType.SECRET)
            String encryptedPassword,

            @Property(help = "A token", type = PropertyType.SECRET)
            String token,

            @Property(help = "Text") String description) {}

    private static final KindDescriptor KIND = Kinds.describe(User.class);

    private final Path file;
    private ConfigTree running = ConfigTree.EMPTY;
    IOException saveFails;

    FakeConfiguration(Path home) {
        file = home.resolve("config/ferrule.conf");
    }

    void user(String name, Map<String, Object> properties) {
        running = running.with(new ConfigObject(new ObjectId("auth user", "/Common/" + name), 1, properties));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        running.own().values().forEach(object -> text.append(TextForm.write(KIND, object, "")));
        return text.toString();
    }

    @Override
    public ConfigTree running() {
        return running;
    }

    @Override
    public Collection<KindDescriptor> kinds() {
        return List.of(KIND);
    }

    @Override
    public boolean available(String kind) {
        return true;
    }

    @Override
    public ConfigTree commit(List<Edit> edits) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Path> save() throws ConfigException {
        if (saveFails != null) {
            throw new ConfigException("the configuration cannot be saved: " + saveFails.getMessage(), saveFails);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "#FERRULE-VERSION: 0.1.0\n\n" + text());
            return List.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean saved() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConfigTree load() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConfigTree load(String text, String source, boolean merge, boolean verify) throws ConfigException {
        if (text.contains("refused")) {
            throw new ConfigException("01070734:3: Configuration error: the port is taken");
        }
        ConfigTree read = ConfigTree.EMPTY;
        List<Word> words = Words.split(text).words().stream()
                .filter(word -> word.type() != Type.END)
                .toList();
        for (int i = 0; i + 3 < words.size(); i++) {
            Map<String, Object> properties = new LinkedHashMap<>();
            String name = words.get(i + 2).text();
            i += 4;
            while (words.get(i).type() == Type.WORD) {
                properties.put(words.get(i).text(), words.get(i + 1).text());
                i += 2;
            }
            read = read.with(new ConfigObject(new ObjectId("auth user", name), 1, properties));
        }
        running = read;
        return read;
    }

    @Override
    public List<String> notices() {
        return List.of();
    }
}
