package io.berth.network;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network that pods can be put on. Implementations are safe for use by many threads at once; pods do not wait for
 * each other beyond the short moments in which the kernel itself makes them. A pod on the host's network never comes
 * here.
 *
 * <p>All methods throw {@link NetworkException} (unchecked) when they cannot do what they promise.
 */
public interface PodNetwork extends AutoCloseable {

    /**
     * Makes what all pods share (bridge, forwarding, address translation), and takes up the leases that an earlier
     * daemon left. Idempotent and safe to call again after somebody has removed a part of it.
     */
    void start();

    /**
     * Connects the pod's network namespace. What is needed to undo it is on disk before the first link is made; on
     * failure everything has been undone when the exception arrives. A sandbox that is attached already keeps its
     * addresses and gets the same answer again.
     */
    NetworkResult attach(NetworkRequest request);

    /**
     * Connects a network namespace for a pod to come, so that {@link #attach} has little left to do. A network that has
     * to know the pod first, or is short of addresses, or has not been started, does nothing.
     *
     * @return whether it is connected; then it is to be attached or detached
     */
    boolean attachAhead(String sandboxId, String netnsPath);

    /**
     * Disconnects a pod. Idempotent; works when the namespace, the links or the lease are gone already, and for ids
     * never heard of. Host ports are free when this returns; the links go shortly afterwards on a thread of this
     * network's own, and the address is given to nobody else before they are gone.
     *
     * @param netnsPath where the namespace was, or null when unknown
     */
    void detach(String sandboxId, @Nullable String netnsPath);

    /** The sandboxes that hold a lease, for recovery: the caller detaches those that it does not know. */
    Set<String> knownSandboxes();

    /** Whether pods can be attached now, and if not, what a person can do about it. Cheap, does not change anything. */
    NetworkStatus status();

    /** Traffic counters of the pod's interfaces, seen from the pod. Empty for a sandbox that is not attached. */
    List<InterfaceStatistics> statistics(String sandboxId);

    /** The same of all pods, by sandbox, read in one go; pods that are not attached are left out. */
    Map<String, List<InterfaceStatistics>> statistics();

    /**
     * Removes what {@link #start()} made, if no pod is attached.
     *
     * @return false when pods are still attached: then nothing is removed
     */
    boolean removeIfUnused();

    /** Finishes pending work within a few seconds and stops the threads. Pods stay connected. */
    @Override
    void close();
}
