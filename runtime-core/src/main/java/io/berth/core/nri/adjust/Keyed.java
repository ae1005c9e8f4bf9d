package io.berth.core.nri.adjust;

import io.berth.proto.nri.v1alpha1.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Things with a key of their own (mounts, devices, environment variables) under adjustment: as they would be, for the
 * next plugin, and what all plugins so far changed. Used by one thread.
 */
final class Keyed<T> {
    private final Field field;
    private final Function<T, String> key;
    private final BiFunction<T, String, T> withKey;
    private final List<T> view;
    private final List<T> changes = new ArrayList<>();
    private final Set<String> removed = new HashSet<>();

    /**
     * What there is before any plugin.
     *
     * @param withKey the same thing under another key
     */
    Keyed(Field field, Function<T, String> key, BiFunction<T, String, T> withKey, List<T> there) {
        this.field = field;
        this.key = key;
        this.withKey = withKey;
        this.view = new ArrayList<>(there);
    }

    /** Takes what a plugin asks for: its removals first, then what it sets. */
    void apply(List<T> asked, Owners owners, String container, String plugin) {
        for (T one : asked) {
            if (Removal.isMarked(key.apply(one))) {
                String gone = Removal.key(key.apply(one));
                owners.release(container, field, gone, plugin);
                drop(view, gone);
                drop(changes, gone);
                if (removed.add(gone)) {
                    changes.addFirst(withKey.apply(one, Removal.mark(gone)));
                }
            }
        }
        for (T one : asked) {
            if (!Removal.isMarked(key.apply(one))) {
                owners.claim(container, field, key.apply(one), plugin);
                drop(view, key.apply(one));
                view.add(one);
                changes.add(one);
            }
        }
    }

    private void drop(List<T> from, String gone) {
        from.removeIf(one -> key.apply(one).equals(gone));
    }

    /** As the next plugin sees them. */
    List<T> view() {
        return view;
    }

    /** Removals, with their marks, before what is set. */
    List<T> changes() {
        return changes;
    }
}
