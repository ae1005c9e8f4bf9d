package io.berth.core.lifecycle;

import io.berth.core.state.Index;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** The containers by id, by unique prefix of an id, and by sandbox. Safe for any number of threads. */
public final class ContainerIndex {
    private static final Comparator<ContainerEntry> NEWEST_FIRST = Comparator.comparingLong(
                    (ContainerEntry entry) -> entry.container().createdAt())
            .reversed();

    private final Index<ContainerEntry> byId = new Index<>("container");
    private final ConcurrentMap<String, List<ContainerEntry>> bySandbox = new ConcurrentHashMap<>();

    void put(ContainerEntry entry) {
        byId.put(entry.id(), entry);
        bySandbox.merge(
                entry.sandbox().id(),
                List.of(entry),
                (others, _) -> Stream.concat(Stream.of(entry), without(others, entry))
                        .sorted(NEWEST_FIRST)
                        .toList());
    }

    void remove(ContainerEntry entry) {
        byId.remove(entry.id());
        bySandbox.computeIfPresent(entry.sandbox().id(), (_, entries) -> {
            List<ContainerEntry> left = without(entries, entry).toList();
            return left.isEmpty() ? null : left;
        });
    }

    public Collection<ContainerEntry> all() {
        return byId.all();
    }

    /**
     * The containers of a sandbox as they are now, the newest first: a kubelet takes the first of a name for the one
     * that counts, and the others for what ran before.
     */
    public List<ContainerEntry> of(String sandboxId) {
        return bySandbox.getOrDefault(sandboxId, List.of());
    }

    /** As {@link Index#find}. */
    public Optional<ContainerEntry> find(String idOrPrefix) {
        return byId.find(idOrPrefix);
    }

    /** As {@link Index#get}. */
    public ContainerEntry get(String idOrPrefix) {
        return byId.get(idOrPrefix);
    }

    private static Stream<ContainerEntry> without(List<ContainerEntry> entries, ContainerEntry entry) {
        return entries.stream().filter(other -> !other.id().equals(entry.id()));
    }
}
