package org.ferrule.bom;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.license.Expression;
import org.ferrule.bom.Part.Inside;

/**
 * The bill of materials as CycloneDX has it, and as a list for people. Nothing in it depends on when or where it was made.
 *
 * @param version of the distribution
 * @param time what counts as its time
 * @param parts its jars
 */
record Bill(String version, Instant time, List<Part> parts) {
    static final Version SCHEMA = Version.VERSION_16;

    /** The JSON of CycloneDX. */
    String json() throws GeneratorException {
        Bom bom = new Bom();
        Component whole = component(new Coordinates("org.ferrule", "ferrule", version), "Apache-2.0");
        whole.setType(Component.Type.FIRMWARE);
        whole.setPurl("pkg:maven/org.ferrule/ferrule@" + version);
        whole.setBomRef(whole.getPurl());
        Metadata metadata = new Metadata();
        metadata.setTimestamp(Date.from(time));
        metadata.setComponent(whole);
        bom.setMetadata(metadata);
        Dependency all = new Dependency(whole.getBomRef());
        Map<String, Component> components = new TreeMap<>();
        Map<String, Dependency> dependencies = new TreeMap<>();
        for (Part part : parts) {
            String ref = part.coordinates().purl();
            Component component = components.computeIfAbsent(ref, r -> component(part.coordinates(), part.licence()));
            component.setHashes(List.of(
                    new Hash(Hash.Algorithm.SHA_256, part.sha256()), new Hash(Hash.Algorithm.SHA_512, part.sha512())));
            component.addProperty(new Property("ferrule:file", part.file()));
            all.addDependency(new Dependency(ref));
            Dependency own = dependencies.computeIfAbsent(ref, Dependency::new);
            for (Inside inside : part.inside()) {
                String within = inside.coordinates().purl();
                components
                        .computeIfAbsent(within, r -> component(inside.coordinates(), inside.licence()))
                        .addProperty(new Property("ferrule:within", part.file()));
                own.addDependency(new Dependency(within));
            }
        }
        bom.setComponents(List.copyOf(components.values()));
        bom.addDependency(all);
        dependencies.values().forEach(bom::addDependency);
        return BomGeneratorFactory.createJson(SCHEMA, bom).toJsonString() + "\n";
    }

    private static Component component(Coordinates coordinates, String licence) {
        Component component = new Component();
        component.setType(Component.Type.LIBRARY);
        component.setGroup(coordinates.group());
        component.setName(coordinates.name());
        component.setVersion(coordinates.version());
        component.setPurl(coordinates.purl());
        component.setBomRef(coordinates.purl());
        LicenseChoice choice = new LicenseChoice();
        choice.setExpression(new Expression(licence));
        component.setLicenses(choice);
        return component;
    }

    /** Which library has which licence. */
    String licences() {
        Map<String, Map<String, String>> byLicence = new TreeMap<>();
        for (Part part : parts) {
            note(byLicence, part.licence(), part.coordinates(), part.file());
            part.inside().forEach(inside -> note(byLicence, inside.licence(), inside.coordinates(), part.file()));
        }
        StringBuilder text = new StringBuilder("The licences of what Ferrule " + version
                + " is made of, by the identifiers of SPDX. Their texts are at\nhttps://spdx.org/licenses/, and in the jars"
                + " with what their authors want to be told (META-INF/LICENSE, NOTICE).\nWhere several are named, one may be"
                + " chosen. sbom.cdx.json has the same for programs.\n");
        byLicence.forEach((licence, libraries) -> {
            text.append('\n').append(licence).append('\n');
            libraries.forEach((library, file) -> text.append("  ")
                    .append(library)
                    .append("  in ")
                    .append(file)
                    .append('\n'));
        });
        return text.toString();
    }

    private static void note(
            Map<String, Map<String, String>> byLicence, String licence, Coordinates library, String file) {
        byLicence
                .computeIfAbsent(licence, l -> new TreeMap<>())
                .merge(library.toString(), file, (before, more) -> before.equals(more) ? before : before + ", " + more);
    }
}
