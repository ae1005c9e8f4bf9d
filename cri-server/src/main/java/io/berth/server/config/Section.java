package io.berth.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of the configuration while it is read. Each method declares a key and answers its value, or its default where
 * no file has it. A value of the wrong type or out of its bounds is noted as a problem, and the default answered.
 */
final class Section {
    private final ConfigReader reader;
    private final TomlKey table;

    Section(ConfigReader reader, TomlKey table) {
        this.reader = reader;
        this.table = table;
        reader.table(table);
    }

    Section section(String name) {
        return new Section(reader, table.child(name));
    }

    String text(String name, String standard, String explanation, Check check) {
        TomlKey key = table.child(name);
        String value = readText(key, standard, check);
        reader.declare(new Setting(key, explanation, TomlText.quoted(value), false));
        return value;
    }

    Path path(String name, String standard, String explanation) {
        return Path.of(text(name, standard, explanation, Check.ABSOLUTE_PATH));
    }

    int integer(String name, int standard, int least, int most, String explanation) {
        return (int) wholeNumber(name, standard, least, most, explanation);
    }

    long wholeNumber(String name, long standard, long least, long most, String explanation) {
        TomlKey key = table.child(name);
        ConfigTree.Leaf leaf = reader.use(key);
        long value = standard;
        if (leaf != null) {
            if (!leaf.value().isIntegralNumber()) {
                reader.problem(leaf.origin(), key, "must be a whole number, is " + describe(leaf.value()));
            } else if (!leaf.value().canConvertToLong()
                    || leaf.value().longValue() < least
                    || leaf.value().longValue() > most) {
                reader.problem(
                        leaf.origin(), key, "must be " + least + " to " + most + ", is " + describe(leaf.value()));
            } else {
                value = leaf.value().longValue();
            }
        }
        reader.declare(new Setting(key, explanation, Long.toString(value), false));
        return value;
    }

    boolean flag(String name, boolean standard, String explanation) {
        TomlKey key = table.child(name);
        ConfigTree.Leaf leaf = reader.use(key);
        boolean value = standard;
        if (leaf != null) {
            if (leaf.value().isBoolean()) {
                value = leaf.value().booleanValue();
            } else {
                reader.problem(leaf.origin(), key, "must be true or false, is " + describe(leaf.value()));
            }
        }
        reader.declare(new Setting(key, explanation, Boolean.toString(value), false));
        return value;
    }

    <E extends Enum<E>> E choice(String name, E standard, String explanation) {
        E[] values = standard.getDeclaringClass().getEnumConstants();
        String choices =
                Stream.of(values).map(Section::nameOf).map(TomlText::quoted).collect(Collectors.joining(", "));
        String text = text(
                name,
                nameOf(standard),
                explanation + "\nOne of " + choices + ".",
                value -> Stream.of(values).map(Section::nameOf).anyMatch(value::equals)
                        ? null
                        : "must be one of " + choices + ", is " + TomlText.quoted(value));
        return Stream.of(values)
                .filter(value -> nameOf(value).equals(text))
                .findFirst()
                .orElse(standard);
    }

    /** A length of time: a number and ms, s, m or h. */
    Duration duration(String name, String standard, String least, String most, String explanation) {
        return Quantity.DURATION.duration(quantity(name, standard, least, most, explanation, Quantity.DURATION));
    }

    /** A number of bytes: a number and nothing, KiB, MiB, GiB or TiB. */
    long size(String name, String standard, String least, String most, String explanation) {
        return Quantity.SIZE.units(quantity(name, standard, least, most, explanation, Quantity.SIZE));
    }

    private String quantity(
            String name, String standard, String least, String most, String explanation, Quantity quantity) {
        String bounds = least + " to " + most;
        return text(name, standard, explanation + "\n" + bounds + ".", value -> {
            if (!quantity.parses(value)) {
                return "must be " + quantity.form() + ", is " + TomlText.quoted(value);
            }
            long units = quantity.units(value);
            return units < quantity.units(least) || units > quantity.units(most)
                    ? "must be " + bounds + ", is " + TomlText.quoted(value)
                    : null;
        });
    }

    List<String> texts(String name, List<String> standard, String explanation, Check check) {
        TomlKey key = table.child(name);
        ConfigTree.Leaf leaf = reader.use(key);
        List<String> values = leaf == null ? standard : readTexts(key, leaf, check);
        reader.declare(new Setting(key, explanation, TomlText.list(values), false));
        return values;
    }

    /** A table of free keys, each with a list of http or https URLs. */
    Map<String, List<URI>> uriLists(String name, String explanation) {
        TomlKey key = table.child(name);
        reader.table(key);
        Map<String, List<URI>> values = new LinkedHashMap<>();
        reader.tree().leaves().keySet().stream()
                .filter(candidate ->
                        candidate.isBelow(key) && candidate.parent().equals(key))
                .forEach(candidate -> {
                    ConfigTree.Leaf leaf = reader.use(candidate);
                    if (leaf != null) {
                        values.put(
                                candidate.last(),
                                readTexts(candidate, leaf, Section::uriProblem).stream()
                                        .map(URI::create)
                                        .toList());
                    }
                });
        StringBuilder text = new StringBuilder();
        values.forEach((host, uris) -> text.append(TomlKey.quoted(host))
                .append(" = ")
                .append(TomlText.list(uris.stream().map(URI::toString).toList()))
                .append('\n'));
        reader.declare(new Setting(key, explanation, text.toString(), true));
        return values;
    }

    private String readText(TomlKey key, String standard, Check check) {
        ConfigTree.Leaf leaf = reader.use(key);
        if (leaf == null) {
            return standard;
        }
        if (!leaf.value().isTextual()) {
            reader.problem(leaf.origin(), key, "must be a text in quotes, is " + describe(leaf.value()));
            return standard;
        }
        String value = leaf.value().textValue();
        String problem = value.indexOf('\0') >= 0 ? "must not contain a NUL" : check.problem(value);
        if (problem != null) {
            reader.problem(leaf.origin(), key, problem);
            return standard;
        }
        return value;
    }

    private List<String> readTexts(TomlKey key, ConfigTree.Leaf leaf, Check check) {
        if (!leaf.value().isArray()) {
            reader.problem(leaf.origin(), key, "must be a list of texts, is " + describe(leaf.value()));
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (JsonNode element : leaf.value()) {
            String problem = element.isTextual()
                    ? check.problem(element.textValue())
                    : "must be a list of texts, has " + describe(element);
            if (problem == null) {
                values.add(element.textValue());
            } else {
                reader.problem(leaf.origin(), key, problem);
            }
        }
        return List.copyOf(values);
    }

    private static @Nullable String uriProblem(String value) {
        try {
            URI uri = new URI(value);
            boolean right =
                    ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
            return right ? null : "must be http or https URLs, has \"" + value + "\"";
        } catch (URISyntaxException e) {
            return "must be http or https URLs, has \"" + value + "\"";
        }
    }

    private static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String describe(JsonNode value) {
        return value.isObject() ? "a table" : value.isArray() ? "a list" : value.toString();
    }
}
