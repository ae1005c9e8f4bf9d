package io.berth.core;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies for the constructors of records. What is absent becomes empty, so that a record written by an older Berth,
 * which lacks a newer field, is read back whole.
 */
public final class Immutable {
    private Immutable() {}

    /** An immutable copy, empty for null. */
    public static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    /** An immutable copy, empty for null. */
    public static <T> Set<T> set(@Nullable Set<T> values) {
        return values == null ? Set.of() : Set.copyOf(values);
    }

    /** An immutable copy, empty for null. */
    public static <K, V> Map<K, V> map(@Nullable Map<K, V> values) {
        return values == null ? Map.of() : Map.copyOf(values);
    }

    /** The text, empty for null. */
    public static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
