package org.ferrule.config.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;
import org.ferrule.config.internal.Catalog.Contribution;
import org.ferrule.config.internal.Sealed.DamagedException;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;

/** The catalog as JSON. */
final class CatalogJson {
    private static final int FORMAT = 1;

    private record File(int format, List<Contribution> modules, List<KindDescriptor> archive) {}

    private CatalogJson() {}

    private static Gson gson() {
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    }

    static String write(Catalog catalog) {
        return gson().toJson(new File(FORMAT, List.copyOf(catalog.modules()), catalog.archive())) + "\n";
    }

    /**
     * Reads it.
     *
     * @throws DamagedException if it is not as this version of the bundle writes it
     */
    static Catalog read(String json) throws DamagedException {
        try {
            File file = gson().fromJson(json, File.class);
            if (file == null || file.format() != FORMAT) {
                throw new DamagedException("it is not in format " + FORMAT);
            }
            file.archive().forEach(CatalogJson::check);
            file.modules().forEach(module -> module.kinds().forEach(CatalogJson::check));
            return Catalog.of(file.modules(), file.archive());
        } catch (RuntimeException e) {
            // What Gson and the records throw for JSON of another shape is of many types.
            throw new DamagedException("it is not the JSON of a catalog: " + e.getMessage(), e);
        }
    }

    /** A field that is missing in the JSON is null here, and would fail much later. */
    private static void check(KindDescriptor kind) {
        if (kind.name() == null || kind.title() == null || kind.help() == null) {
            throw new IllegalArgumentException("a kind lacks name, title or help");
        }
        kind.properties().forEach(CatalogJson::check);
    }

    private static void check(PropertyDescriptor property) {
        boolean whole = property.name() != null
                && property.type() != null
                && property.element() != null
                && property.help() != null
                && property.initial() != null
                && property.unit() != null
                && property.choices() != null
                && property.references() != null;
        if (!whole) {
            throw new IllegalArgumentException("property " + property.name() + " lacks a part");
        }
        property.properties().forEach(CatalogJson::check);
    }
}
