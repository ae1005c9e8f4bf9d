package io.berth.network.bridge;

import io.berth.network.lease.Lease;
import io.berth.network.lease.LeaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The sandboxes that hold a place on the network, by id. Safe for use by several threads. */
final class Attachments {
    private final ConcurrentMap<String, Attachment> byId = new ConcurrentHashMap<>();

    /** Takes up what an earlier daemon has written down. */
    void load(List<LeaseStore.Recorded> leases) {
        for (LeaseStore.Recorded recorded : leases) {
            Attachment.State state = recorded.leaving() ? Attachment.State.LEAVING : Attachment.State.ATTACHED;
            byId.put(recorded.lease().sandboxId(), new Attachment(recorded.lease(), state));
        }
    }

    /** The sandbox's place, made if there is none, taken for the calling thread, which gives it back. */
    Attachment take(String sandboxId) {
        while (true) {
            Attachment attachment = byId.computeIfAbsent(sandboxId, Attachment::new);
            attachment.take();
            if (attachment.state() != Attachment.State.GONE) {
                return attachment;
            }
            attachment.give();
        }
    }

    /** The sandbox's place, not taken. */
    @Nullable
    Attachment find(String sandboxId) {
        return byId.get(sandboxId);
    }

    /** Forgets a place that the calling thread has taken. */
    void remove(String sandboxId, Attachment attachment) {
        attachment.become(Attachment.State.GONE);
        byId.remove(sandboxId, attachment);
    }

    /**
     * Forgets the place of a sandbox whose links are gone, if that is still what it is at.
     *
     * @param closing gives the lease's addresses back, while the place is taken
     */
    void bury(Lease lease, Consumer<Lease> closing) {
        Attachment attachment = byId.get(lease.sandboxId());
        if (attachment == null) {
            return;
        }
        attachment.take();
        try {
            if (attachment.state() == Attachment.State.LEAVING && lease.equals(attachment.lease())) {
                closing.accept(lease);
                attachment.letGo();
                remove(lease.sandboxId(), attachment);
            }
        } finally {
            attachment.give();
        }
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** All leases, also of sandboxes that are leaving. */
    List<Lease> leases() {
        return leases(state -> true);
    }

    /** The leases of those that are leaving. */
    List<Lease> leaving() {
        return leases(state -> state == Attachment.State.LEAVING);
    }

    /** The sandboxes that hold a lease and are not leaving. */
    Set<String> staying() {
        return leases(state -> state != Attachment.State.LEAVING).stream()
                .map(Lease::sandboxId)
                .collect(Collectors.toSet());
    }

    private List<Lease> leases(Predicate<Attachment.State> wanted) {
        List<Lease> leases = new ArrayList<>();
        for (Attachment attachment : byId.values()) {
            Lease lease = attachment.lease();
            if (lease != null && wanted.test(attachment.state())) {
                leases.add(lease);
            }
        }
        return leases;
    }
}
