package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.state.SandboxRecord;
import io.berth.kernel.shim.ShimClient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox in memory. What is said of it is one immutable record, replaced as a whole; readers take no lock. The
 * lock's write side belongs to operations that change the sandbox, its read side to those on its containers that need
 * it to stay as it is.
 */
public final class SandboxEntry {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
    private final AtomicReference<@Nullable String> place = new AtomicReference<>();
    private volatile SandboxRecord sandboxRecord;
    private volatile @Nullable ShimClient shim;
    private volatile boolean ending;
    private volatile boolean removed;

    SandboxEntry(SandboxRecord sandboxRecord, @Nullable ShimClient shim) {
        this.sandboxRecord = sandboxRecord;
        this.shim = shim;
    }

    public String id() {
        return sandboxRecord.sandbox().id();
    }

    public Sandbox sandbox() {
        return sandboxRecord.sandbox();
    }

    SandboxRecord record() {
        return sandboxRecord;
    }

    /** The record for the store; null when the sandbox is removed. */
    @Nullable
    SandboxRecord recordUnlessRemoved() {
        return removed ? null : sandboxRecord;
    }

    synchronized void change(SandboxRecord changed) {
        sandboxRecord = changed;
    }

    synchronized void state(SandboxState state) {
        Sandbox sandbox = sandboxRecord.sandbox();
        sandboxRecord = sandboxRecord.with(new Sandbox(
                sandbox.id(),
                sandbox.config(),
                sandbox.runtimeHandler(),
                state,
                sandbox.createdAt(),
                sandbox.addresses(),
                sandbox.networkNamespace(),
                sandbox.cgroupParent(),
                state == SandboxState.READY ? sandbox.shimPid() : 0));
    }

    synchronized void config(SandboxConfig config) {
        Sandbox sandbox = sandboxRecord.sandbox();
        sandboxRecord = sandboxRecord.with(new Sandbox(
                sandbox.id(),
                config,
                sandbox.runtimeHandler(),
                sandbox.state(),
                sandbox.createdAt(),
                sandbox.addresses(),
                sandbox.networkNamespace(),
                sandbox.cgroupParent(),
                sandbox.shimPid()));
    }

    ReadWriteLock lock() {
        return lock;
    }

    /** The shim's connection; null when there is no shim any more. */
    @Nullable
    ShimClient shim() {
        return shim;
    }

    /** The shim's connection, FAILED_PRECONDITION without one. */
    ShimClient requireShim() {
        ShimClient client = shim;
        if (client == null || sandbox().state() != SandboxState.READY || ending) {
            throw BerthException.failedPrecondition(
                    "the sandbox " + id() + " is not ready: it was stopped or has died");
        }
        return client;
    }

    void shim(@Nullable ShimClient client) {
        shim = client;
    }

    /** The id whose place is made for the first container, and not taken. */
    @Nullable
    String place() {
        return place.get();
    }

    void place(@Nullable String containerId) {
        place.set(containerId);
    }

    /** The same, for one caller alone: it is the caller's from then on. */
    Optional<String> takePlace() {
        return Optional.ofNullable(place.getAndSet(null));
    }

    /** Completed when the connection that was given up on purpose is gone. */
    CompletableFuture<Void> disconnected() {
        return disconnected;
    }

    /** Whether it is being stopped: the end of the shim's connection is then no news. */
    boolean ending() {
        return ending;
    }

    void end() {
        ending = true;
    }

    void remove(boolean isRemoved) {
        removed = isRemoved;
    }
}
