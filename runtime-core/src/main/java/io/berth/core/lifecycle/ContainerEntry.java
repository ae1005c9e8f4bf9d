package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.state.ContainerRecord;
import io.berth.proto.shim.v1.LaunchPlan;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A container in memory. What is said of it is one immutable record, replaced as a whole; readers take no lock, and
 * neither does the news of its exit.
 */
public final class ContainerEntry {
    private final SandboxEntry sandbox;
    private final Lock lock = new ReentrantLock();
    private final AtomicReference<Container> current;
    private final CompletableFuture<ContainerState.Exited> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> exitTold = new CompletableFuture<>();
    private volatile @Nullable LaunchPlan plan;
    private volatile boolean removed;

    ContainerEntry(SandboxEntry sandbox, Container container, @Nullable LaunchPlan plan) {
        this.sandbox = sandbox;
        this.current = new AtomicReference<>(container);
        this.plan = plan;
        if (container.state() instanceof ContainerState.Exited exit) {
            exited.complete(exit);
            exitTold.complete(null);
        }
    }

    public String id() {
        return container().id();
    }

    public SandboxEntry sandbox() {
        return sandbox;
    }

    public Container container() {
        return Objects.requireNonNull(current.get());
    }

    /** The record for the store; null when the container is removed. */
    @Nullable
    ContainerRecord recordUnlessRemoved() {
        return removed ? null : new ContainerRecord(container());
    }

    Lock lock() {
        return lock;
    }

    @Nullable
    LaunchPlan plan() {
        return plan;
    }

    void plan(@Nullable LaunchPlan newPlan) {
        plan = newPlan;
    }

    /** Completed with the container's end. */
    CompletableFuture<ContainerState.Exited> exited() {
        return exited;
    }

    /** Completed when NRI plugins know of its end. */
    CompletableFuture<Void> exitTold() {
        return exitTold;
    }

    boolean removed() {
        return removed;
    }

    void remove(boolean isRemoved) {
        removed = isRemoved;
    }

    void change(UnaryOperator<Container> change) {
        current.updateAndGet(change);
    }

    /** Its first process runs. Whether that is news: its end may have been told already. */
    boolean running(ContainerState.Running running) {
        Container before = current.getAndUpdate(container ->
                container.state() instanceof ContainerState.Exited ? container : container.withState(running));
        return !(before.state() instanceof ContainerState.Exited);
    }

    /** It ended. Whether that is news; the first one to tell is believed. */
    boolean exited(ContainerState.Exited exit) {
        Container before = current.getAndUpdate(container ->
                container.state() instanceof ContainerState.Exited ? container : container.withState(exit));
        return !(before.state() instanceof ContainerState.Exited) && exited.complete(exit);
    }
}
