package io.berth.core.state;

import io.berth.core.error.BerthException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Things by id and by unique prefix of an id. Safe for any number of threads. */
public final class Index<T> {
    private final String what;
    private final ConcurrentNavigableMap<String, T> byId = new ConcurrentSkipListMap<>();

    /** An index of that sort of thing, a word for messages. */
    public Index(String what) {
        this.what = what;
    }

    public void put(String id, T thing) {
        byId.put(id, thing);
    }

    public void remove(String id) {
        byId.remove(id);
    }

    public Collection<T> all() {
        return byId.values();
    }

    /** By id or unique prefix; INVALID_ARGUMENT for a prefix that several have, and for an empty one. */
    public Optional<T> find(String idOrPrefix) {
        if (idOrPrefix.isEmpty()) {
            throw BerthException.invalidArgument("the " + what + " id is empty");
        }
        T exact = byId.get(idOrPrefix);
        if (exact != null) {
            return Optional.of(exact);
        }
        String first = byId.ceilingKey(idOrPrefix);
        if (first == null || !first.startsWith(idOrPrefix)) {
            return Optional.empty();
        }
        String second = byId.higherKey(first);
        if (second != null && second.startsWith(idOrPrefix)) {
            throw BerthException.invalidArgument(
                    "the " + what + " id \"" + idOrPrefix + "\" is the beginning of several: give more of it");
        }
        return Optional.ofNullable(byId.get(first));
    }

    /** As {@link #find}, NOT_FOUND when there is none. */
    public T get(String idOrPrefix) {
        return find(idOrPrefix)
                .orElseThrow(() -> BerthException.notFound("there is no " + what + " \"" + idOrPrefix + "\""));
    }
}
