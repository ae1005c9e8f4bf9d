package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.sandbox.SandboxState;
import io.berth.kernel.shim.ShimClient;
import io.berth.kernel.shim.ShimEvents;
import io.berth.kernel.shim.ShimLauncher;
import io.berth.kernel.shim.ShimUnavailable;
import io.berth.proto.shim.v1.ExitRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections to the shims: what they tell, what happens when one is gone, and their end. */
public final class ShimWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShimWatch.class);
    private static final Duration END_DEADLINE = Duration.ofSeconds(5);
    private static final Duration RECONNECT_DEADLINE = Duration.ofSeconds(2);

    private final Parts parts;
    private final ShimLauncher launcher;
    private volatile boolean closing;

    public ShimWatch(Parts parts) {
        this.parts = parts;
        this.launcher = new ShimLauncher(parts.config().shimBinary());
    }

    /** Starts a shim for a sandbox to come, in a directory of its own, and connects to it. */
    StartedShim start() {
        String id = Identifiers.random();
        Path directory = parts.directories().sandbox(id);
        parts.directories().make(directory);
        try {
            launcher.launch(directory, parts.config().shimDeadline());
            Listener listener = new Listener();
            return new StartedShim(id, connect(id, listener, parts.config().shimDeadline()), listener, false);
        } catch (RuntimeException failure) {
            kill(id);
            parts.directories().remove(directory);
            throw failure;
        }
    }

    /** Connects to the sandbox's shim and remembers the connection. */
    ShimClient connect(SandboxEntry entry) {
        ShimClient client = connect(entry, parts.config().shimDeadline());
        entry.shim(client);
        return client;
    }

    private ShimClient connect(SandboxEntry entry, Duration deadline) {
        Listener listener = new Listener();
        listener.belongTo(entry);
        return connect(entry.id(), listener, deadline);
    }

    private ShimClient connect(String id, Listener listener, Duration deadline) {
        return ShimClient.connect(parts.directories().shimSocket(id), listener, parts.shims(), deadline);
    }

    /** From now on the ends of connections are no news: the daemon goes, the shims stay. */
    public void close() {
        closing = true;
        launcher.close();
    }

    /** Hears one connection, at first on nobody's behalf and then for a sandbox. */
    final class Listener implements ShimEvents {
        private final CountDownLatch end = new CountDownLatch(1);
        private @Nullable SandboxEntry sandbox;

        /** What is heard from now on concerns that sandbox; false when the connection has ended already. */
        synchronized boolean belongTo(SandboxEntry entry) {
            sandbox = entry;
            return !gone();
        }

        boolean gone() {
            return end.getCount() == 0;
        }

        /** Waits for the connection's end, which is the shim's when it was asked to end. */
        boolean awaitEnd(Duration deadline) throws InterruptedException {
            return end.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
        }

        private synchronized @Nullable SandboxEntry end() {
            end.countDown();
            return sandbox;
        }

        @Override
        public void containerExited(ExitRecord exit) {
            exited(exit);
        }

        @Override
        public void disconnected(String reason) {
            SandboxEntry entry = end();
            if (entry == null) {
                LOGGER.debug("The connection to a spare shim ended: {}", reason);
            } else if (entry.ending() || closing) {
                entry.disconnected().complete(null);
            } else {
                lost(entry, reason);
            }
        }
    }

    /** A container's end as the shim tells it. */
    void exited(ExitRecord exit) {
        Optional<ContainerEntry> entry = parts.containers().find(exit.getContainerId());
        if (entry.isEmpty()) {
            LOGGER.debug("The exit of {} is told, which is not known any more", exit.getContainerId());
            return;
        }
        record(entry.get(), Exits.of(exit));
    }

    /** A container's end, from wherever it is known. */
    void record(ContainerEntry entry, ContainerState.Exited exit) {
        if (Announcer.exited(parts, entry, exit)) {
            parts.plugins().exited(parts, entry);
            entry.plan(null);
            parts.store().putLater(entry.id(), entry::recordUnlessRemoved);
            LOGGER.atInfo()
                    .addKeyValue("sandbox", entry.sandbox().id())
                    .addKeyValue("container", entry.id())
                    .addKeyValue("exitCode", exit.exitCode())
                    .log("Container exited: {}", exit.reason());
        }
    }

    /** The connection broke although nobody ended it: a fault of the connection, or the shim's death. */
    private void lost(SandboxEntry entry, String reason) {
        try {
            ShimClient client = connect(entry, RECONNECT_DEADLINE);
            entry.shim(client);
            client.state(RECONNECT_DEADLINE).getContainersList().forEach(container -> {
                if (container.hasExit()) {
                    exited(container.getExit());
                }
            });
            LOGGER.atWarn()
                    .addKeyValue("sandbox", entry.id())
                    .log("The connection to the shim broke and was made again: {}", reason);
        } catch (RuntimeException gone) {
            LOGGER.atError()
                    .addKeyValue("sandbox", entry.id())
                    .log("The shim is gone ({}): the sandbox's containers are killed", reason);
            died(entry);
        }
    }

    /** The shim is dead: its containers are killed, the sandbox is not ready any more. */
    void died(SandboxEntry entry) {
        entry.shim(null);
        entry.state(SandboxState.NOT_READY);
        parts.directories().removeSocket(entry.id());
        for (ContainerEntry container : parts.containers().of(entry.id())) {
            try {
                parts.cgroups().kill(container.container().cgroupPath());
            } catch (BerthException failure) {
                LOGGER.atError()
                        .addKeyValue("container", container.id())
                        .log("Its processes may live on: {}", failure.getMessage());
            }
            switch (container.container().state()) {
                case ContainerState.Created created ->
                    record(container, Exits.startFailed("the sandbox died before the container was started"));
                case ContainerState.Running running ->
                    record(
                            container,
                            exitOnDisk(container)
                                    .orElseGet(() -> Exits.killed(
                                            running.startedAt(), "killed: the supervisor of its pod died")));
                case ContainerState.Unknown unknown ->
                    record(
                            container,
                            exitOnDisk(container)
                                    .orElseGet(() -> Exits.killed(0, "killed: the supervisor of its pod died")));
                case ContainerState.Exited exited -> {
                    // Nothing changes for it.
                }
            }
        }
        Announcer.stopped(parts, entry);
        parts.store().putSandboxLater(entry.id(), entry::recordUnlessRemoved);
        entry.disconnected().complete(null);
    }

    /** What the shim wrote to disk before it could tell. */
    Optional<ContainerState.Exited> exitOnDisk(ContainerEntry container) {
        Path file = parts.directories().exitRecord(container.sandbox().id(), container.id());
        try {
            return Optional.of(Exits.of(ExitRecord.parseFrom(Files.readAllBytes(file))));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** Ends the sandbox's shim, by asking and then by force. Idempotent. */
    void end(SandboxEntry entry) {
        entry.end();
        ShimClient client = entry.shim();
        if (client != null) {
            try {
                client.shutdown(END_DEADLINE);
                // Its socket closes when it exits: from then on nobody holds the namespaces.
                entry.disconnected().get(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ShimUnavailable | ExecutionException | TimeoutException failure) {
                LOGGER.atWarn()
                        .addKeyValue("sandbox", entry.id())
                        .log("The shim did not end when asked ({}): it is killed", failure.getMessage());
                kill(entry.id());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                client.close();
                entry.shim(null);
            }
        } else {
            kill(entry.id());
        }
    }

    /** Kills the shim whose pid the sandbox's directory names, if that process is it. */
    void kill(String sandboxId) {
        ShimProcess.find(parts.directories(), sandboxId).ifPresent(process -> {
            process.destroyForcibly();
            try {
                process.onExit().get(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException failure) {
                LOGGER.atError()
                        .addKeyValue("sandbox", sandboxId)
                        .log("The shim {} is still there after its kill", process.pid());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
