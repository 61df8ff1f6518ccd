package org.ferrule.lab;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code ./ferrule image}: makes an image of bundles that were built here, or of others' jars, and signs it. */
public final class ImageBuilder {
    private static final Set<String> OPTIONS =
            Set.of("--new-signer", "--key", "--certificate", "--out", "--version", "--bundle-version");
    private static final String WHOLE = "--whole";
    private static final String USAGE = """
            usage: ferrule image --new-signer NAME
                       makes a key that signs images, NAME.key, and its certificate, NAME.crt
                   ferrule image --key FILE --certificate FILE --out FILE.kar [--version V] [--bundle-version V] BUNDLE...
                       a BUNDLE is one of this checkout, such as pool, or the file of another
                       --bundle-version gives all of them that version, to try an upgrade out
                   ferrule image --key FILE --certificate FILE --out FILE.kar [--version V] --whole
                       the whole program of this checkout, to be installed on a volume
            """;

    private ImageBuilder() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        List<String> bundles = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals(WHOLE)) {
                options.put(WHOLE, "");
            } else if (!arguments[i].startsWith("--")) {
                bundles.add(arguments[i]);
            } else if (OPTIONS.contains(arguments[i]) && i + 1 < arguments.length) {
                options.put(arguments[i], arguments[++i]);
            } else {
                usage();
            }
        }
        try {
            if (options.containsKey("--new-signer")) {
                Path name = Path.of(options.get("--new-signer"));
                SigningKey.generate(name.getFileName().toString()).write(name);
                System.out.println("Keep " + name + ".key safe. An appliance trusts it by: create sys software signer "
                        + name.getFileName() + " certificate \"…\", with what is in " + name + ".crt");
            } else {
                make(options, bundles);
            }
        } catch (FileAlreadyExistsException e) {
            fail(e.getMessage() + " is there already");
        } catch (IOException e) {
            fail(e.getMessage());
        }
    }

    private static void make(Map<String, String> options, List<String> bundles) throws IOException {
        boolean whole = options.containsKey(WHOLE);
        if (bundles.isEmpty() != whole || !options.keySet().containsAll(Set.of("--key", "--certificate", "--out"))) {
            usage();
        }
        SigningKey key = SigningKey.read(Path.of(options.get("--key")), Path.of(options.get("--certificate")));
        Path out = Path.of(options.get("--out"));
        String version = options.getOrDefault("--version", "1.0.0");
        if (whole) {
            ImageFile.whole(Checkout.distribution(), Map.of(), version, key, out);
            System.out.println(out + " is made: put it into your upload folder, and type: install sys software image "
                    + out.getFileName() + " volume HD1.2 create-volume");
            return;
        }
        Path work = Files.createTempDirectory("image");
        try {
            List<Path> files = new ArrayList<>();
            for (String bundle : bundles) {
                files.add(file(bundle, options.get("--bundle-version"), work));
            }
            ImageFile.make(files, version, key, out);
        } finally {
            Folders.delete(work);
        }
        System.out.println(out + " is made: put it into your upload folder, and type: install sys software image "
                + out.getFileName());
    }

    private static Path file(String bundle, String version, Path work) throws IOException {
        Path file = bundle.endsWith(".jar") ? Path.of(bundle) : ImageFile.ofDistribution(bundle);
        return version == null ? file : NextVersion.numbered(file, version, work.resolve(file.getFileName()));
    }

    private static void usage() {
        System.err.print(USAGE);
        System.exit(2);
    }

    private static void fail(String message) {
        System.err.println("ferrule: " + message);
        System.exit(1);
    }
}
