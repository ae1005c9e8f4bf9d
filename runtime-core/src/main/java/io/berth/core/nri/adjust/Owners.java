package io.berth.core.nri.adjust;

import io.berth.core.error.BerthException;
import io.berth.proto.nri.v1alpha1.CompoundFieldOwners;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.FieldOwners;
import io.berth.proto.nri.v1alpha1.OwningPlugins;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which plugin set which field of which container. A field, or an entry of one that has entries, can be set by one
 * plugin only; another can remove it and set it anew. Used by one thread.
 */
public final class Owners {
    private final Map<String, Map<Field, String>> fields = new TreeMap<>();
    private final Map<String, Map<Field, Map<String, String>>> entries = new TreeMap<>();
    private final Map<String, Map<Field, String>> removers = new TreeMap<>();

    /** Notes the owner of a field; FAILED_PRECONDITION when it has another. */
    void claim(String container, Field field, String plugin) {
        String before = fieldsOf(container).putIfAbsent(field, plugin);
        if (before != null) {
            throw contention(before, plugin, field.name(), container);
        }
    }

    /** Notes the owner of an entry of a field; FAILED_PRECONDITION when it has another. */
    void claim(String container, Field field, String entry, String plugin) {
        String before = entriesOf(container, field).putIfAbsent(entry, plugin);
        if (before != null) {
            throw contention(before, plugin, field.name() + " \"" + entry + "\"", container);
        }
    }

    /** Notes one more owner of a field that several can add to. */
    void add(String container, Field field, String plugin) {
        fieldsOf(container).merge(field, plugin, (before, more) -> before + "," + more);
    }

    void release(String container, Field field) {
        fieldsOf(container).remove(field);
    }

    /** An entry is removed: it can be set anew. Who removed it is remembered for {@link #of(String, Field)}. */
    void release(String container, Field field, String entry, String plugin) {
        entriesOf(container, field).remove(entry);
        removers.computeIfAbsent(container, absent -> new EnumMap<>(Field.class))
                .put(field, plugin);
    }

    /** Who set it, or one of its entries, or removed one. */
    public Optional<String> of(String container, Field field) {
        String owner = fieldsOf(container).get(field);
        return owner != null
                ? Optional.of(owner)
                : entriesOf(container, field).values().stream()
                        .findFirst()
                        .or(() -> Optional.ofNullable(
                                removers.getOrDefault(container, Map.of()).get(field)));
    }

    /** Who set the entry. */
    public Optional<String> of(String container, Field field, String entry) {
        return Optional.ofNullable(entriesOf(container, field).get(entry));
    }

    /** All that had a hand in the container, for a person to read. */
    String everyone(String container) {
        Set<String> all = new TreeSet<>(fieldsOf(container).values());
        entries.getOrDefault(container, Map.of()).values().forEach(owners -> all.addAll(owners.values()));
        return String.join(", ", all);
    }

    private Map<Field, String> fieldsOf(String container) {
        return fields.computeIfAbsent(container, absent -> new EnumMap<>(Field.class));
    }

    private Map<String, String> entriesOf(String container, Field field) {
        return entries.computeIfAbsent(container, absent -> new EnumMap<>(Field.class))
                .computeIfAbsent(field, absent -> new TreeMap<>());
    }

    private static BerthException contention(String first, String second, String what, String container) {
        return BerthException.failedPrecondition("the NRI plugins \"" + first + "\" and \"" + second + "\" both set "
                + what + " of the container " + container);
    }

    /** The same as validating plugins are told it. */
    public OwningPlugins toMessage() {
        Map<String, FieldOwners.Builder> all = new TreeMap<>();
        fields.forEach((container, owners) -> {
            FieldOwners.Builder message = all.computeIfAbsent(container, absent -> FieldOwners.newBuilder());
            owners.forEach((field, owner) -> message.putSimple(field.getNumber(), owner));
        });
        entries.forEach((container, byField) -> {
            FieldOwners.Builder message = all.computeIfAbsent(container, absent -> FieldOwners.newBuilder());
            byField.forEach((field, owners) -> {
                if (!owners.isEmpty()) {
                    message.putCompound(
                            field.getNumber(),
                            CompoundFieldOwners.newBuilder()
                                    .putAllOwners(owners)
                                    .build());
                }
            });
        });
        OwningPlugins.Builder message = OwningPlugins.newBuilder();
        all.forEach((container, owners) -> message.putOwners(container, owners.build()));
        return message.build();
    }
}
