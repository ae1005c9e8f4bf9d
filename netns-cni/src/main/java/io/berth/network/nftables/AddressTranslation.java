package io.berth.network.nftables;

import io.berth.kernel.SocketCalls;
import io.berth.network.NetworkException;
import io.berth.network.lease.Lease;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of one bridge in the kernel, and which sandbox publishes which host port in it. A pod without host ports
 * costs one question to the kernel here: whether anybody has changed the tables.
 *
 * <p>Safe for use by several threads; changes take turns, because a transaction that removes something takes tens of
 * milliseconds in the kernel and all of nftables is locked meanwhile.
 */
public final class AddressTranslation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AddressTranslation.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Ruleset ruleset;
    private final String subject;
    private final Nftables nftables;
    private final TableGeneration generation;
    private final DatagramFlows flows;
    private final ReentrantLock turn = new ReentrantLock();

    /** Host ports by sandbox, from before its attachment begins until they are out of the kernel. */
    private final Map<String, List<HostPort>> claims = new LinkedHashMap<>();

    /** What is in the kernel's table, by sandbox. */
    private final Map<String, Lease> published = new LinkedHashMap<>();

    /** Sandboxes whose ports may be taken out as soon as somebody wants them. */
    private final Set<String> leaving = new LinkedHashSet<>();

    private volatile int seenGeneration;
    private String expectedListing = "";

    private AddressTranslation(
            Ruleset ruleset, String subject, Nftables nftables, TableGeneration generation, DatagramFlows flows) {
        this.ruleset = ruleset;
        this.subject = subject;
        this.nftables = nftables;
        this.generation = generation;
        this.flows = flows;
    }

    /**
     * Opens sessions with the kernel in the calling thread's network namespace; changes nothing yet.
     *
     * @param hostAddresses the host's own addresses at the time of the call
     */
    public static AddressTranslation open(
            SocketCalls calls, Ruleset ruleset, String bridge, Supplier<Set<InetAddress>> hostAddresses) {
        Nftables nftables = Nftables.open();
        try {
            TableGeneration generation = TableGeneration.open(calls);
            try {
                return new AddressTranslation(
                        ruleset,
                        "table " + Ruleset.tableName(bridge),
                        nftables,
                        generation,
                        DatagramFlows.open(calls, hostAddresses));
            } catch (RuntimeException failure) {
                generation.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            nftables.close();
            throw failure;
        }
    }

    /** Makes the table anew with the ports of these leases besides those that it has. */
    public void install(Collection<Lease> leases) {
        takeTurn();
        try {
            for (Lease lease : leases) {
                if (Ruleset.isPublished(lease)) {
                    claims.put(lease.sandboxId(), HostPort.of(lease));
                    published.put(lease.sandboxId(), lease);
                }
            }
            replace();
        } finally {
            turn.unlock();
        }
    }

    /**
     * Puts the table back if somebody has removed or changed it. Does not wait: while a change of ours is under way,
     * the one who makes it looks as well.
     */
    public void restore() {
        if (generation.current() == seenGeneration || !turn.tryLock()) {
            return;
        }
        try {
            verify();
        } finally {
            turn.unlock();
        }
    }

    /**
     * Keeps ports for a sandbox, all or none; nothing is in the kernel yet.
     *
     * @throws NetworkException naming the port and the sandbox that has it
     */
    public void claim(String sandboxId, List<HostPort> ports) {
        if (ports.isEmpty()) {
            return;
        }
        takeTurn();
        try {
            refuseTwice(sandboxId, ports);
            Optional<String> holder = holder(sandboxId, ports);
            while (holder.isPresent()) {
                if (!leaving.contains(holder.get())) {
                    throw conflict(holder.get(), ports);
                }
                withdrawNow(Set.of(holder.get()));
                holder = holder(sandboxId, ports);
            }
            claims.put(sandboxId, List.copyOf(ports));
        } finally {
            turn.unlock();
        }
    }

    /** Gives back what {@link #claim} kept, when nothing came of it. */
    public void unclaim(String sandboxId) {
        takeTurn();
        try {
            if (!published.containsKey(sandboxId)) {
                claims.remove(sandboxId);
            }
        } finally {
            turn.unlock();
        }
    }

    /** Opens the ports of a lease, which {@link #claim} has kept for it. */
    public void publish(Lease lease) {
        String commands = ruleset.publish(lease);
        if (commands.isEmpty()) {
            return;
        }
        takeTurn();
        try {
            published.put(lease.sandboxId(), lease);
            try {
                change(commands);
            } catch (NetworkException refused) {
                // Whatever stood in the way (a table flushed, an element of unknown origin), the whole table is known.
                LOG.warn("Making {} anew: {}", subject, refused.getMessage());
                replace();
            }
            flows.forget(HostPort.of(lease));
        } catch (RuntimeException failure) {
            published.remove(lease.sandboxId());
            throw failure;
        } finally {
            turn.unlock();
        }
    }

    /** Notes that a sandbox no longer needs its ports; {@link #withdraw} follows. Costs nothing. */
    public void leave(Lease lease) {
        if (!Ruleset.isPublished(lease)) {
            return;
        }
        takeTurn();
        try {
            leaving.add(lease.sandboxId());
        } finally {
            turn.unlock();
        }
    }

    /** Closes the ports of sandboxes, all in one transaction. Unknown ones are passed over. */
    public void withdraw(Collection<Lease> leases) {
        Set<String> sandboxes = new LinkedHashSet<>();
        for (Lease lease : leases) {
            if (Ruleset.isPublished(lease)) {
                sandboxes.add(lease.sandboxId());
            }
        }
        if (sandboxes.isEmpty()) {
            return;
        }
        takeTurn();
        try {
            withdrawNow(sandboxes);
        } finally {
            turn.unlock();
        }
    }

    /** Removes the table. */
    public void remove() {
        takeTurn();
        try {
            nftables.run(subject, ruleset.delete());
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        nftables.close();
        generation.close();
        flows.close();
    }

    private void withdrawNow(Set<String> sandboxes) {
        List<Lease> gone = new ArrayList<>();
        for (String sandbox : sandboxes) {
            Lease lease = published.remove(sandbox);
            if (lease != null) {
                gone.add(lease);
            }
        }
        try {
            if (!gone.isEmpty()) {
                try {
                    change(ruleset.withdraw(gone));
                } catch (NetworkException refused) {
                    LOG.warn("Making {} anew: {}", subject, refused.getMessage());
                    replace();
                }
            }
        } catch (RuntimeException failure) {
            gone.forEach(lease -> published.put(lease.sandboxId(), lease));
            throw failure;
        }
        gone.forEach(lease -> flows.forget(HostPort.of(lease)));
        claims.keySet().removeAll(sandboxes);
        leaving.removeAll(sandboxes);
    }

    private void change(String commands) {
        int before = seenGeneration;
        nftables.run(subject, commands);
        int after = generation.current();
        if (after == before + 1) {
            seenGeneration = after;
        } else {
            verify();
        }
    }

    private void verify() {
        int now = generation.current();
        String listing;
        try {
            listing = nftables.run(subject, ruleset.list());
        } catch (NetworkException missing) {
            listing = "";
        }
        if (listing.equals(expectedListing)) {
            seenGeneration = now;
        } else {
            LOG.warn("Restoring {}: somebody has removed or changed it", subject);
            replace();
        }
    }

    private void replace() {
        nftables.run(subject, ruleset.replace(List.copyOf(published.values())));
        seenGeneration = generation.current();
        expectedListing = nftables.run(subject, ruleset.list());
    }

    private Optional<String> holder(String sandboxId, List<HostPort> ports) {
        for (Map.Entry<String, List<HostPort>> claim : claims.entrySet()) {
            if (!claim.getKey().equals(sandboxId) && firstConflict(claim.getValue(), ports) != null) {
                return Optional.of(claim.getKey());
            }
        }
        return Optional.empty();
    }

    private NetworkException conflict(String holder, List<HostPort> ports) {
        HostPort port = firstConflict(claims.getOrDefault(holder, List.of()), ports);
        return taken(String.valueOf(port), "in use by sandbox " + holder);
    }

    private static @Nullable HostPort firstConflict(List<HostPort> held, List<HostPort> wanted) {
        for (HostPort port : wanted) {
            if (held.stream().anyMatch(port::conflictsWith)) {
                return port;
            }
        }
        return null;
    }

    private static void refuseTwice(String sandboxId, List<HostPort> ports) {
        for (int i = 1; i < ports.size(); i++) {
            HostPort port = ports.get(i);
            if (ports.subList(0, i).stream().anyMatch(port::conflictsWith)) {
                throw taken(port.toString(), "asked for twice by sandbox " + sandboxId);
            }
        }
    }

    private static NetworkException taken(String port, String reason) {
        return new NetworkException(NetworkException.Kind.ALREADY_EXISTS, "publish host port", port, reason);
    }

    private void takeTurn() {
        try {
            if (turn.tryLock(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "change nftables for", subject, "interrupted", interrupted);
        }
        throw new NetworkException(
                NetworkException.Kind.DEADLINE_EXCEEDED,
                "change nftables for",
                subject,
                "an earlier change took more than " + DEADLINE.toSeconds() + " s");
    }
}
