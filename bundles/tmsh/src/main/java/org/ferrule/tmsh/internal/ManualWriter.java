package org.ferrule.tmsh.internal;

import java.util.Collection;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;

/** Writes the reference manual from the declarations of the kinds, as Markdown. */
final class ManualWriter {
    private ManualWriter() {}

    static String write(Collection<KindDescriptor> kinds) {
        StringBuilder text = new StringBuilder("# Reference manual\n\nEvery kind of object and its properties.\n");
        for (KindDescriptor kind : kinds) {
            text.append("\n## ")
                    .append(kind.name())
                    .append("\n\n")
                    .append(kind.help())
                    .append('.');
            text.append(kind.singleton() ? " There is exactly one.\n" : "\n");
            table(text, "", kind.properties());
        }
        return text.toString();
    }

    private static void table(StringBuilder text, String of, Collection<PropertyDescriptor> properties) {
        text.append("\n| property | may be | default | what it does |\n|---|---|---|---|\n");
        for (PropertyDescriptor property : properties) {
            text.append("| `").append(property.name()).append("` | ");
            text.append(cell(property.expectation())).append(" | ");
            text.append(property.initial().isEmpty() ? "" : "`" + cell(property.initial()) + "`")
                    .append(" | ");
            text.append(cell(property.help())).append(note(property)).append(" |\n");
        }
        for (PropertyDescriptor property : properties) {
            if (!property.properties().isEmpty()) {
                text.append("\nEach of `").append(of).append(property.name()).append("`:\n");
                table(text, of + property.name() + " ", property.properties());
            }
        }
    }

    private static String note(PropertyDescriptor property) {
        if (property.readOnly()) {
            return " (read-only)";
        }
        return (property.required() ? " (required)" : "") + (property.immutable() ? " (only at create)" : "");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
