package io.berth.server.config;

import io.berth.server.config.toml.TomlValue;
import io.berth.server.config.toml.TomlWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of the configuration while it is read. Each method declares a key and answers its value, or its default where
 * no file has it. A value of the wrong type or out of its bounds is noted as a problem, and the default answered.
 *
 * <p>Read at every start: no regular expressions, streams or formatters, which would have to be loaded.
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
        reader.declare(new Setting(key, explanation, TomlWriter.quoted(value), false));
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
            if (!(leaf.value() instanceof TomlValue.Whole(long whole))) {
                reader.problem(leaf.origin(), key, "must be a whole number, is " + leaf.value());
            } else if (whole < least || whole > most) {
                reader.problem(leaf.origin(), key, "must be " + least + " to " + most + ", is " + whole);
            } else {
                value = whole;
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
            if (leaf.value() instanceof TomlValue.Flag(boolean flag)) {
                value = flag;
            } else {
                reader.problem(leaf.origin(), key, "must be true or false, is " + leaf.value());
            }
        }
        reader.declare(new Setting(key, explanation, Boolean.toString(value), false));
        return value;
    }

    <E extends Enum<E>> E choice(String name, E standard, String explanation) {
        Map<String, E> byName = new LinkedHashMap<>();
        StringBuilder choices = new StringBuilder();
        for (E value : standard.getDeclaringClass().getEnumConstants()) {
            choices.append(choices.isEmpty() ? "" : ", ").append(TomlWriter.quoted(nameOf(value)));
            byName.put(nameOf(value), value);
        }
        String text = text(
                name,
                nameOf(standard),
                explanation + "\nOne of " + choices + ".",
                value -> byName.containsKey(value)
                        ? null
                        : "must be one of " + choices + ", is " + TomlWriter.quoted(value));
        return byName.getOrDefault(text, standard);
    }

    /** A length of time: a number and ms, s, m or h. */
    Duration duration(String name, String standard, String least, String most, String explanation) {
        return Duration.ofMillis(quantity(name, standard, least, most, explanation, Quantity.DURATION));
    }

    /** A number of bytes: a number and nothing, KiB, MiB, GiB or TiB. */
    long size(String name, String standard, String least, String most, String explanation) {
        return quantity(name, standard, least, most, explanation, Quantity.SIZE);
    }

    private long quantity(
            String name, String standard, String least, String most, String explanation, Quantity quantity) {
        String bounds = least + " to " + most;
        String text = text(name, standard, explanation + "\n" + bounds + ".", value -> {
            Long units = quantity.parse(value);
            if (units == null) {
                return "must be " + quantity.form() + ", is " + TomlWriter.quoted(value);
            }
            return units < quantity.units(least) || units > quantity.units(most)
                    ? "must be " + bounds + ", is " + TomlWriter.quoted(value)
                    : null;
        });
        return quantity.units(text);
    }

    List<String> texts(String name, List<String> standard, String explanation, Check check) {
        TomlKey key = table.child(name);
        ConfigTree.Leaf leaf = reader.use(key);
        List<String> values = leaf == null ? standard : readTexts(key, leaf, check);
        reader.declare(new Setting(key, explanation, TomlWriter.list(values), false));
        return values;
    }

    /** A table of free keys, each with a list of http or https URLs. */
    Map<String, List<URI>> uriLists(String name, String explanation) {
        TomlKey key = table.child(name);
        reader.table(key);
        Map<String, List<URI>> values = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        for (TomlKey candidate : reader.tree().leaves().keySet()) {
            ConfigTree.Leaf leaf =
                    candidate.isBelow(key) && candidate.parent().equals(key) ? reader.use(candidate) : null;
            if (leaf != null) {
                List<String> urls = readTexts(candidate, leaf, Check.URL);
                values.put(candidate.last(), urls.stream().map(URI::create).toList());
                text.append(TomlWriter.key(candidate.last()))
                        .append(" = ")
                        .append(TomlWriter.list(urls))
                        .append('\n');
            }
        }
        reader.declare(new Setting(key, explanation, text.toString(), true));
        return values;
    }

    private String readText(TomlKey key, String standard, Check check) {
        ConfigTree.Leaf leaf = reader.use(key);
        if (leaf == null) {
            return standard;
        }
        if (!(leaf.value() instanceof TomlValue.Text(String value))) {
            reader.problem(leaf.origin(), key, "must be a text in quotes, is " + leaf.value());
            return standard;
        }
        String problem = value.indexOf('\0') >= 0 ? "must not contain a NUL" : check.problem(value);
        if (problem != null) {
            reader.problem(leaf.origin(), key, problem);
            return standard;
        }
        return value;
    }

    private List<String> readTexts(TomlKey key, ConfigTree.Leaf leaf, Check check) {
        if (!(leaf.value() instanceof TomlValue.Array(List<TomlValue> elements))) {
            reader.problem(leaf.origin(), key, "must be a list of texts, is " + leaf.value());
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (TomlValue element : elements) {
            if (!(element instanceof TomlValue.Text(String value))) {
                reader.problem(leaf.origin(), key, "must be a list of texts, has " + element);
                continue;
            }
            String problem = check.problem(value);
            if (problem == null) {
                values.add(value);
            } else {
                reader.problem(leaf.origin(), key, problem);
            }
        }
        return List.copyOf(values);
    }

    private static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
