package org.ferrule.software.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads which bundles a repository of Karaf features names. */
final class Features {
    private static final Pattern MAVEN = Pattern.compile("mvn:([\\w.-]+)/([\\w.-]+)/([\\w.-]+)");
    private static final Set<String> HARMLESS = Set.of("bundle", "feature", "details");
    private static final int MODULES = 60;
    private static final int LEAST = 51;
    private static final int MOST = 90;

    private Features() {}

    /**
     * A bundle that a feature names.
     *
     * @param path where a Maven repository has it
     * @param startLevel where it starts
     */
    record Bundle(String path, int startLevel) {}

    /**
     * Reads a repository of features.
     *
     * @throws Unacceptable if it is none, or if its features do more than name bundles and each other
     */
    static List<Bundle> read(String name, byte[] xml) throws Unacceptable {
        Element root = parse(name, xml);
        if (!"features".equals(root.getLocalName())) {
            throw new Unacceptable(name + " is no repository of Karaf features");
        }
        List<Bundle> bundles = new ArrayList<>();
        for (Element feature : children(root)) {
            if (!"feature".equals(feature.getLocalName())) {
                throw new Unacceptable(
                        name + " has the element " + feature.getLocalName() + ", which an image may not");
            }
            for (Element child : children(feature)) {
                if (!HARMLESS.contains(child.getLocalName())) {
                    throw new Unacceptable(name + ": the feature " + feature.getAttribute("name") + " has the element "
                            + child.getLocalName() + "; features of an image name bundles and features only");
                }
                if ("bundle".equals(child.getLocalName())) {
                    bundles.add(bundle(name, child));
                }
            }
        }
        return bundles;
    }

    private static Bundle bundle(String name, Element element) throws Unacceptable {
        Matcher maven = MAVEN.matcher(element.getTextContent().strip());
        if (!maven.matches()) {
            throw new Unacceptable(name + " names a bundle as "
                    + element.getTextContent().strip() + "; in an image that is mvn:GROUP/ARTIFACT/VERSION");
        }
        String path = maven.group(1).replace('.', '/') + "/" + maven.group(2) + "/" + maven.group(3) + "/"
                + maven.group(2) + "-" + maven.group(3) + ".jar";
        return new Bundle(path, startLevel(name, element.getAttribute("start-level")));
    }

    private static int startLevel(String name, String text) throws Unacceptable {
        try {
            int level = text.isEmpty() ? MODULES : Integer.parseInt(text);
            if (level >= LEAST && level <= MOST) {
                return level;
            }
        } catch (NumberFormatException e) {
            throw new Unacceptable(name + " has the start level \"" + text + "\"", e);
        }
        throw new Unacceptable(name + " has the start level " + text + "; modules start at " + LEAST + " to " + MOST);
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i).getNodeType() == Node.ELEMENT_NODE) {
                children.add((Element) nodes.item(i));
            }
        }
        return children;
    }

    private static Element parse(String name, byte[] xml) throws Unacceptable {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (SAXException | IOException e) {
            throw new Unacceptable(name + " cannot be read: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this JVM's XML parser cannot be made safe", e);
        }
    }
}
