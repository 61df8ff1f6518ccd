package org.ferrule.archive.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.config.kind.KindDescriptor;

/**
 * Collects what support wants to see.
 *
 * @param home the appliance's home
 * @param sources texts by name that this bundle can make without asking others
 */
record SupportWriter(Home home, List<Named> sources) {
    private static final List<String> LOGS = List.of("ferrule.log", "audit.log", "console.log");
    private static final int ROLLED = 3;

    /**
     * A text and what it is called.
     *
     * @param name within the file
     * @param source makes it
     */
    record Named(String name, Questions.Source source) {}

    /**
     * Fills the file.
     *
     * @param histogram whether to count what is in the heap, which stops everything for a moment
     */
    void fill(SupportFile file, Configuration configuration, Questions questions, boolean histogram)
            throws IOException {
        Masking masking = new Masking(ConfigurationText.secrets(configuration.running(), configuration::kind));
        for (Named named : sources) {
            file.add(named.name(), masking.masked(questions.in(named.source())));
        }
        if (histogram) {
            file.add("histogram.txt", questions.in(HostFacts::histogram));
        }
        file.add(
                "configuration.txt",
                masking.maskedConfiguration(questions.ask("list").orElse("")));
        saved(file, masking);
        file.add("show.txt", masking.masked(questions.ask("show").orElse("")));
        for (String kind : kinds(configuration)) {
            String name = "show/" + kind.replace(' ', '-') + ".json";
            for (String json : questions.ask("show " + kind + " json").stream().toList()) {
                file.add(name, masking.masked(json));
            }
        }
        for (Path log : logs()) {
            file.add("log/" + log.getFileName(), masking.masked(questions.in(() -> end(log))));
        }
    }

    private static List<String> kinds(Configuration configuration) {
        List<String> kinds = new ArrayList<>();
        configuration.kinds().stream().map(KindDescriptor::name).sorted().forEach(kinds::add);
        kinds.add(UcsStatus.KIND);
        return kinds;
    }

    private void saved(SupportFile file, Masking masking) throws IOException {
        Path saved = home.place().resolve(Contents.CONFIGURATION);
        if (Files.isRegularFile(saved)) {
            file.add(Contents.CONFIGURATION, masking.maskedConfiguration(end(saved)));
        }
    }

    /** The logs, and the newest of those that were rolled over. */
    private List<Path> logs() throws IOException {
        Path folder = home.directory().resolve("log");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> logs = new ArrayList<>();
        for (String log : LOGS) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.getFileName().toString().startsWith(log))
                        .filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                        .sorted(Comparator.comparing((Path f) -> f.toFile().lastModified())
                                .reversed())
                        .limit(1 + ROLLED)
                        .forEach(logs::add);
            }
        }
        return logs;
    }

    private static String end(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, in.length() - SupportFile.MAX_TEXT);
            byte[] bytes = new byte[(int) Math.min(SupportFile.MAX_TEXT, in.length() - from)];
            in.seek(from);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
