package org.ferrule.config.kind;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ferrule.config.Values;
import org.ferrule.config.kind.PropertyDescriptor.ChoiceDescriptor;

/** Reads the declarations of kinds, and makes their records of stored values. */
public final class Kinds {
    private static final List<ChoiceDescriptor> SWITCH =
            List.of(new ChoiceDescriptor("enabled", ""), new ChoiceDescriptor("disabled", ""));

    private Kinds() {}

    /**
     * The descriptor of a kind.
     *
     * @throws IllegalArgumentException if the declaration is faulty
     */
    public static KindDescriptor describe(Class<? extends Record> type) {
        Kind kind = type.getAnnotation(Kind.class);
        if (kind == null) {
            throw new IllegalArgumentException(type + " is not annotated with @Kind");
        }
        return new KindDescriptor(
                kind.value(), kind.title(), kind.help(), kind.singleton(), kind.schema(), describeAll(type));
    }

    private static List<PropertyDescriptor> describeAll(Class<?> type) {
        List<PropertyDescriptor> properties = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.add(describe(component));
        }
        properties.sort(Comparator.comparing(PropertyDescriptor::name));
        return List.copyOf(properties);
    }

    private static PropertyDescriptor describe(RecordComponent component) {
        Property p = component.getAnnotation(Property.class);
        if (p == null) {
            throw new IllegalArgumentException(
                    component + " of " + component.getDeclaringRecord() + " has no @Property");
        }
        PropertyType type = type(component, p);
        PropertyType element = type == PropertyType.LIST || type == PropertyType.ENTRIES ? p.type() : type;
        boolean port = element == PropertyType.PORT;
        return new PropertyDescriptor(
                propertyName(component),
                type,
                element,
                p.help(),
                p.initial(),
                p.unit(),
                p.min(),
                port ? Math.min(p.max(), 65535) : p.max(),
                choices(component),
                List.of(p.references()),
                nested(component, type),
                p.required(),
                p.immutable(),
                p.readOnly());
    }

    private static PropertyType type(RecordComponent component, Property p) {
        Class<?> type = component.getType();
        if (type == List.class) {
            return PropertyType.LIST;
        }
        if (type == Map.class) {
            return PropertyType.ENTRIES;
        }
        if (type.isRecord()) {
            return PropertyType.GROUP;
        }
        if (p.type() != PropertyType.STRING) {
            return p.type();
        }
        if (type == int.class || type == long.class) {
            return PropertyType.INTEGER;
        }
        if (type == boolean.class || type.isEnum()) {
            return PropertyType.CHOICE;
        }
        if (type == InetAddress.class) {
            return PropertyType.ADDRESS;
        }
        if (type == InetSocketAddress.class) {
            return PropertyType.ENDPOINT;
        }
        if (type == String.class) {
            return PropertyType.STRING;
        }
        throw new IllegalArgumentException("a property cannot be of " + type);
    }

    private static List<PropertyDescriptor> nested(RecordComponent component, PropertyType type) {
        return switch (type) {
            case GROUP -> describeAll(component.getType());
            case ENTRIES -> describeAll((Class<?>) argument(component.getGenericType(), 1));
            default -> List.of();
        };
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private static List<ChoiceDescriptor> choices(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == boolean.class) {
            return SWITCH;
        }
        List<ChoiceDescriptor> choices = new ArrayList<>();
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                choices.add(new ChoiceDescriptor(typed((Enum<?>) constant), help((Enum<?>) constant)));
            }
        }
        return List.copyOf(choices);
    }

    private static String help(Enum<?> constant) {
        try {
            Choice choice =
                    constant.getDeclaringClass().getField(constant.name()).getAnnotation(Choice.class);
            return choice == null ? "" : choice.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A constant as it is typed: {@code ROUND_ROBIN} is {@code round-robin}. */
    public static String typed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String propertyName(RecordComponent component) {
        String given = component.getAnnotation(Property.class).name();
        return given.isEmpty() ? hyphenated(component.getName()) : given;
    }

    private static String hyphenated(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /**
     * Makes a kind's record, or one of a group or entry, of resolved values.
     *
     * @throws IllegalArgumentException if a value is not of its property's type; values that were checked are
     */
    public static <T extends Record> T read(Class<T> type, Map<String, Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = convert(components[i], values.get(propertyName(components[i])));
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be made of " + values, e);
        }
    }

    private static Object convert(RecordComponent component, Object value) {
        Class<?> type = component.getType();
        if (value == null) {
            return absent(type);
        }
        if (type.isRecord()) {
            return read(type.asSubclass(Record.class), Values.map(value));
        }
        if (type == Map.class) {
            Class<?> entry = (Class<?>) argument(component.getGenericType(), 1);
            Map<String, Record> entries = new LinkedHashMap<>();
            Values.entries(value).forEach((key, v) -> entries.put(key, read(entry.asSubclass(Record.class), v)));
            return java.util.Collections.unmodifiableMap(entries);
        }
        return type == List.class ? Values.words(value) : scalar(type, (String) value);
    }

    private static Object absent(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 0;
        }
        return type == long.class ? 0L : null;
    }

    private static Object scalar(Class<?> type, String text) {
        if (type == int.class) {
            return Integer.parseInt(text);
        }
        if (type == long.class) {
            return Long.parseLong(text);
        }
        if (type == boolean.class) {
            return text.equals("enabled");
        }
        if (type == InetAddress.class) {
            return Addresses.address(text);
        }
        if (type == InetSocketAddress.class) {
            return Addresses.endpoint(text);
        }
        return type.isEnum() ? constant(type, text) : text;
    }

    private static Object constant(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (typed((Enum<?>) constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(text + " is none of " + type);
    }
}
