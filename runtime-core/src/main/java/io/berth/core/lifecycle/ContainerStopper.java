package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.container.StopSignals;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.error.Translation;
import io.berth.core.nri.Window;
import io.berth.core.spec.OciSpec;
import io.berth.kernel.Errno;
import io.berth.kernel.shim.ShimClient;
import io.berth.kernel.shim.ShimFailure;
import io.berth.kernel.shim.ShimUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** StopContainer and RemoveContainer. Idempotent; any number of stops of one container may run side by side. */
final class ContainerStopper {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContainerStopper.class);
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);

    private final Parts parts;
    private final ShimWatch watch;

    ContainerStopper(Parts parts, ShimWatch watch) {
        this.parts = parts;
        this.watch = watch;
    }

    void stop(String id, Duration grace) {
        Optional<ContainerEntry> found = parts.containers().find(id);
        if (found.isEmpty()) {
            LOGGER.debug("No container {} to stop", id);
            return;
        }
        ContainerEntry entry = found.get();
        try {
            // A start that is under way ends first; the lock is not held while the container takes its time.
            try (Held _ = Held.of(entry.lock(), parts.config().lockDeadline(), "the container " + entry.id())) {
                LOGGER.atDebug().addKeyValue("container", entry.id()).log("Stopping, grace {}", grace);
            }
            stop(entry, grace);
        } catch (RuntimeException failure) {
            throw Translation.of("stopping the container " + entry.id(), failure);
        }
    }

    private void stop(ContainerEntry entry, Duration grace) {
        Container container = entry.container();
        boolean alive = switch (container.state()) {
            case ContainerState.Created created -> false;
            case ContainerState.Exited exited -> false;
            case ContainerState.Running running -> true;
            case ContainerState.Unknown unknown -> true;
        };
        if (!alive) {
            return;
        }
        if (!(grace.isPositive() && signal(entry, container.stopSignal()) && awaitExit(entry, grace))) {
            parts.cgroups().kill(container.cgroupPath());
            awaitKilled(entry);
        }
        parts.plugins().awaitExitTold(entry);
    }

    /** Whether the signal was sent: not when there is nobody left to send it. */
    private boolean signal(ContainerEntry entry, String signal) {
        ShimClient shim = entry.sandbox().shim();
        if (shim == null) {
            return false;
        }
        try {
            shim.signal(entry.id(), StopSignals.number(signal), parts.config().shimDeadline());
            return true;
        } catch (ShimFailure failure) {
            if (failure.errno() == Errno.ESRCH || failure.errno() == Errno.ENOENT) {
                return true;
            }
            throw failure;
        } catch (ShimUnavailable gone) {
            LOGGER.atWarn()
                    .addKeyValue("container", entry.id())
                    .log("{} cannot be sent ({}): it is killed", signal, gone.getMessage());
            return false;
        }
    }

    private static boolean awaitExit(ContainerEntry entry, Duration time) {
        try {
            entry.exited().get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException failure) {
            throw new IllegalStateException("an exit is never a failure", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(
                    ErrorKind.CANCELLED, "interrupted while waiting for " + entry.id() + " to end", interrupted);
        }
    }

    /** Waits for a container whose cgroup was killed. Where the shim does not tell, the empty cgroup does. */
    void awaitKilled(ContainerEntry entry) {
        if (awaitExit(entry, KILL_DEADLINE)) {
            return;
        }
        Container container = entry.container();
        if (!parts.cgroups().processesBelow(container.cgroupPath()).isEmpty()) {
            throw new BerthException(
                    ErrorKind.DEADLINE_EXCEEDED,
                    "waited " + KILL_DEADLINE.toSeconds() + " s for the processes of the container " + entry.id()
                            + " to end after SIGKILL: they are stuck in the kernel");
        }
        long startedAt = container.state() instanceof ContainerState.Running running ? running.startedAt() : 0;
        watch.record(
                entry,
                watch.exitOnDisk(entry)
                        .orElseGet(() -> Exits.killed(startedAt, "killed; its supervisor did not tell how it ended")));
    }

    void remove(String id) {
        Optional<ContainerEntry> found = parts.containers().find(id);
        if (found.isEmpty()) {
            LOGGER.debug("No container {} to remove", id);
            return;
        }
        try {
            remove(found.get());
        } catch (RuntimeException failure) {
            throw Translation.of("removing the container " + found.get().id(), failure);
        }
    }

    void remove(ContainerEntry entry) {
        try (Held _ = Held.of(entry.lock(), parts.config().lockDeadline(), "the container " + entry.id())) {
            if (entry.removed()) {
                return;
            }
            stop(entry, Duration.ZERO);
            parts.plugins().awaitExitTold(entry);
            Container container = entry.container();
            OciSpec spec = parts.plugins().lastSpec(parts, entry);
            parts.cgroups().remove(container.cgroupPath(), KILL_DEADLINE);
            forget(entry);
            parts.images().removeSnapshot(entry.id());
            new ImageVolumes(parts.images()).release(container);
            parts.directories().removeContainer(entry.id());
            entry.remove(true);
            try {
                parts.store().deleteContainer(entry.id());
            } catch (RuntimeException failure) {
                entry.remove(false);
                throw failure;
            }
            try (Window window = parts.plugins().window()) {
                window.enter();
                parts.plugins().removed(entry.sandbox(), container, spec);
                parts.containers().remove(entry);
            }
            Announcer.deleted(parts, entry);
            parts.containerNames()
                    .release(
                            Parts.containerName(
                                    container.sandboxId(), container.config().metadata()),
                            entry.id());
            LOGGER.atInfo()
                    .addKeyValue("sandbox", container.sandboxId())
                    .addKeyValue("container", entry.id())
                    .log("Container is removed");
        }
    }

    private void forget(ContainerEntry entry) {
        ShimClient shim = entry.sandbox().shim();
        if (shim == null || entry.container().state() instanceof ContainerState.Created) {
            return;
        }
        try {
            var _ = shim.forgetLater(entry.id(), parts.config().shimDeadline()).exceptionally(failure -> {
                keepsRecord(entry, failure);
                return null;
            });
        } catch (ShimUnavailable failure) {
            keepsRecord(entry, failure);
        }
    }

    private static void keepsRecord(ContainerEntry entry, Throwable failure) {
        LOGGER.atDebug()
                .addKeyValue("container", entry.id())
                .log("The shim keeps its exit record: {}", failure.getMessage());
    }
}
