package org.ferrule.software.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.framework.Version;

/**
 * What should be installed beyond the distribution, as a value that is kept in the appliance's own data.
 *
 * @param format the version of this form
 * @param images those that are kept, oldest first
 * @param wanted the bundles of them that should run
 */
record Manifest(int format, List<Image> images, List<Wanted> wanted) {
    static final int FORMAT = 1;
    static final Manifest EMPTY = new Manifest(FORMAT, List.of(), List.of());

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * A KAR that is kept.
     *
     * @param name of its file, without the ending
     * @param installed when, as text for people
     */
    record Image(String name, String version, String sha256, String signer, long size, String installed) {}

    /**
     * A bundle that should run.
     *
     * @param sha256 of its bytes
     * @param image SHA-256 of the image that it comes from
     * @param entry where it lies in there
     * @param startLevel where it starts
     * @param replacedVersion the version of the distribution's bundle that it replaced, or "" if it was added
     * @param requirement by which Karaf brings that one again, or ""
     */
    record Wanted(
            String symbolicName,
            String version,
            String sha256,
            String image,
            String entry,
            int startLevel,
            String replacedVersion,
            String requirement) {
        String location() {
            return location(sha256, symbolicName);
        }

        /** The same for the same bytes, whichever image they are in. */
        static String location(String sha256, String symbolicName) {
            return LOCATION + sha256 + "/" + symbolicName;
        }
    }

    /** How the location of a bundle begins that was installed from an image. */
    static final String LOCATION = "ferrule-image:";

    /** The digest in the location of a bundle that was installed from an image. */
    static Optional<String> sha256(String location) {
        return location.startsWith(LOCATION)
                ? Optional.of(location.substring(LOCATION.length()).split("/")[0])
                : Optional.empty();
    }

    byte[] bytes() {
        return (GSON.toJson(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws Unacceptable if it is damaged
     */
    static Manifest parse(byte[] bytes) throws Unacceptable {
        try {
            Manifest read = GSON.fromJson(new String(bytes, StandardCharsets.UTF_8), Manifest.class);
            if (read == null || read.format != FORMAT) {
                throw new Unacceptable("its format is not " + FORMAT);
            }
            for (Image image : read.images) {
                require(image.name, image.version, image.sha256, image.signer, image.installed);
            }
            for (Wanted wanted : read.wanted) {
                require(
                        wanted.symbolicName,
                        wanted.sha256,
                        wanted.image,
                        wanted.entry,
                        wanted.replacedVersion,
                        wanted.requirement);
                Version.parseVersion(wanted.version);
            }
            return new Manifest(FORMAT, List.copyOf(read.images), List.copyOf(read.wanted));
        } catch (JsonParseException | NullPointerException | IllegalArgumentException e) {
            throw new Unacceptable("it is damaged: " + e.getMessage(), e);
        }
    }

    private static void require(String... texts) {
        for (String text : texts) {
            Objects.requireNonNull(text, "something is missing in it");
        }
    }

    Optional<Image> image(String sha256) {
        return images.stream().filter(image -> image.sha256.equals(sha256)).findFirst();
    }

    Optional<Image> named(String name) {
        return images.stream().filter(image -> image.name.equals(name)).findFirst();
    }

    Optional<Wanted> wanted(String symbolicName) {
        return wanted.stream()
                .filter(bundle -> bundle.symbolicName.equals(symbolicName))
                .findFirst();
    }

    boolean inUse(Image image) {
        return wanted.stream().anyMatch(bundle -> bundle.image.equals(image.sha256));
    }

    Manifest withWanted(List<Wanted> bundles) {
        return new Manifest(FORMAT, images, List.copyOf(bundles));
    }

    /** With the image as the one that came last. */
    Manifest withImage(Image image) {
        List<Image> all = new ArrayList<>(images);
        all.removeIf(kept -> kept.sha256.equals(image.sha256));
        all.add(image);
        return new Manifest(FORMAT, List.copyOf(all), wanted);
    }

    /** Without the oldest images that are not in use, so that {@code kept} of these are left. */
    Manifest pruned(int kept) {
        List<Image> unused = images.stream().filter(image -> !inUse(image)).toList();
        List<Image> gone = unused.subList(0, Math.max(0, unused.size() - kept));
        return new Manifest(
                FORMAT, images.stream().filter(image -> !gone.contains(image)).toList(), wanted);
    }
}
