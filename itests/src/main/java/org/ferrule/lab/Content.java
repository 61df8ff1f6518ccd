package org.ferrule.lab;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Real content for an origin: the distribution's own archive, jar, texts and a listing of its files. */
public final class Content {
    private Content() {}

    /** The files by path; those that have to be made are written to {@code folder}. */
    public static Map<String, Path> ofDistribution(Path folder) {
        try {
            Files.createDirectories(folder);
            List<Path> all = filesOf(Checkout.distribution());
            Map<String, Path> content = new LinkedHashMap<>();
            content.put("/listing.json", listing(all, folder.resolve("listing.json")));
            content.put("/texts.txt", texts(all, folder.resolve("texts.txt")));
            content.put("/largest.jar", largest(all, ".jar"));
            content.put("/ferrule.tar.gz", Checkout.archive());
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Path largest(List<Path> all, String suffix) {
        return all.stream()
                .filter(p -> p.toString().endsWith(suffix))
                .max(Comparator.comparingLong(p -> p.toFile().length()))
                .orElseThrow();
    }

    private static Path texts(List<Path> all, Path to) throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.matches(".*\\.(xml|cfg|properties|txt|md)|LICENSE|NOTICE")) {
                    Files.copy(file, out);
                }
            }
        }
        return to;
    }

    private static Path listing(List<Path> all, Path to) throws IOException {
        JsonArray listing = new JsonArray();
        for (Path file : all) {
            JsonObject entry = new JsonObject();
            entry.addProperty("path", Checkout.distribution().relativize(file).toString());
            entry.addProperty("size", Files.size(file));
            entry.addProperty("modified", Files.getLastModifiedTime(file).toString());
            entry.addProperty("sha256", sha256(file));
            listing.add(entry);
        }
        return Files.writeString(
                to, new GsonBuilder().setPrettyPrinting().create().toJson(listing));
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
