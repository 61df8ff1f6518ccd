package org.ferrule.bom;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Finds the licence of a library: in its jar's manifest, in its Maven description or a parent's of that, or in the table
 * of those that say nothing. Only what the table knows may be shipped.
 */
final class Licences {
    private static final String TABLE = "licences.properties";
    private static final int MOST_PARENTS = 10;

    private final Path repository;
    private final Properties table = new Properties();

    /** @param repository Maven's, on this machine */
    Licences(Path repository) throws IOException {
        this.repository = repository;
        try (InputStream in = Licences.class.getResourceAsStream(TABLE)) {
            table.load(in);
        }
    }

    /**
     * The licence of a library.
     *
     * @param in the jar that it is, or is in
     * @return an SPDX expression
     * @throws IOException also if it has none, or one that may not be shipped
     */
    String of(Coordinates library, Jar in, boolean whole) throws IOException {
        Optional<String> reviewed = reviewed(library);
        if (reviewed.isPresent()) {
            return reviewed.get();
        }
        Optional<String> manifest = whole ? in.licence() : Optional.empty();
        List<String> said = manifest.isPresent() ? List.of(manifest.get()) : described(library, in);
        if (said.isEmpty()) {
            throw new IOException(library + ", in " + in.file().getFileName()
                    + ", does not say what its licence is: look it up, and add it to " + TABLE);
        }
        List<String> known = new ArrayList<>();
        for (String text : said) {
            known.add(spdx(library, text));
        }
        // Of several licences whoever uses it may choose one.
        return String.join(" OR ", known.stream().distinct().toList());
    }

    /** A line of the table for the library, or for all of its group. */
    private Optional<String> reviewed(Coordinates library) {
        return Optional.ofNullable(
                table.getProperty(library.group() + ":" + library.name(), table.getProperty(library.group() + ":*")));
    }

    private String spdx(Coordinates library, String text) throws IOException {
        for (String part : text.split("[;,] *(?=[a-z]+=)|;")) {
            String name = part.replaceAll("^link=|\"", "").strip();
            String known = table.getProperty(
                    name.replaceFirst("^https?://(www\\.)?", "").replace(' ', '_'));
            if (known != null) {
                return known;
            }
        }
        throw new IOException("The licence of " + library + ", \"" + text + "\", is not in " + TABLE
                + ": add it, if what has it may be shipped");
    }

    private List<String> described(Coordinates library, Jar in) throws IOException {
        Optional<byte[]> pom = in.pom(library);
        if (pom.isEmpty()) {
            pom = stored(library);
        }
        for (int i = 0; i < MOST_PARENTS && pom.isPresent(); i++) {
            Element project = parse(pom.get()).getDocumentElement();
            List<String> licences = child(project, "licenses").stream()
                    .flatMap(all -> children(all, "license").stream())
                    .map(licence -> text(licence, "url").orElse("") + ";"
                            + text(licence, "name").orElse(""))
                    .toList();
            if (!licences.isEmpty()) {
                return licences;
            }
            Optional<Element> parent = child(project, "parent");
            pom = parent.isPresent() ? stored(coordinates(parent.get())) : Optional.empty();
        }
        return List.of();
    }

    private static Coordinates coordinates(Element parent) {
        return new Coordinates(
                text(parent, "groupId").orElse(""),
                text(parent, "artifactId").orElse(""),
                text(parent, "version").orElse(""));
    }

    private Optional<byte[]> stored(Coordinates library) throws IOException {
        Path pom = repository
                .resolve(library.group().replace('.', '/'))
                .resolve(library.name())
                .resolve(library.version())
                .resolve(library.name() + "-" + library.version() + ".pom");
        return Files.exists(pom) ? Optional.of(Files.readAllBytes(pom)) : Optional.empty();
    }

    private static Document parse(byte[] pom) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(pom));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("A Maven description cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Element> children(Element of, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }

    private static Optional<Element> child(Element of, String name) {
        return children(of, name).stream().findFirst();
    }

    private static Optional<String> text(Element of, String name) {
        return child(of, name).map(element -> element.getTextContent().strip()).filter(text -> !text.isEmpty());
    }
}
