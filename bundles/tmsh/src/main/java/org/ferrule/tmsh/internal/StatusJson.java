package org.ferrule.tmsh.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Series;
import org.ferrule.shell.Status;

/** Statuses as JSON, for machines: names in camel case, counters in full. */
final class StatusJson {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private StatusJson() {}

    static String of(List<Status> statuses, String folder) {
        JsonArray array = new JsonArray();
        statuses.forEach(status -> array.add(object(status, folder)));
        return GSON.toJson(array);
    }

    private static JsonObject object(Status status, String folder) {
        JsonObject object = new JsonObject();
        object.addProperty("name", ObjectId.relativeName(folder, status.name()));
        object.addProperty("availability", status.availability().name().toLowerCase(Locale.ROOT));
        object.addProperty("enabled", status.enabled());
        object.addProperty("reason", status.reason());
        status.values().forEach((name, value) -> object.add(camelCase(name), element(value)));
        if (!status.parts().isEmpty()) {
            JsonArray parts = new JsonArray();
            status.parts().forEach(part -> parts.add(object(part.status(), folder)));
            object.add("parts", parts);
        }
        return object;
    }

    private static JsonElement element(Object value) {
        if (value instanceof Series series) {
            JsonArray array = new JsonArray();
            series.points().forEach(point -> array.add(Double.isNaN(point) ? null : point));
            return array;
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Map<?, ?> section) {
            JsonObject object = new JsonObject();
            section.forEach((name, inner) -> object.add(camelCase((String) name), element(inner)));
            return object;
        }
        if (value instanceof List<?> rows) {
            JsonArray array = new JsonArray();
            rows.forEach(row -> array.add(element(row)));
            return array;
        }
        return new JsonPrimitive(String.valueOf(value));
    }

    /** {@code raw-bytes-in} is {@code rawBytesIn}. */
    static String camelCase(String hyphenated) {
        StringBuilder name = new StringBuilder();
        for (String part : hyphenated.split("[-. ]")) {
            name.append(
                    name.isEmpty() || part.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return name.toString();
    }
}
