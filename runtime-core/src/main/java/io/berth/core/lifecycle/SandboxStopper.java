package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.core.error.Translation;
import io.berth.core.nri.Window;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxState;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** StopPodSandbox and RemovePodSandbox. Every step is idempotent: after a failure the caller tries again. */
final class SandboxStopper {
    private static final Logger LOGGER = LoggerFactory.getLogger(SandboxStopper.class);

    private final Parts parts;
    private final ShimWatch watch;
    private final ContainerStopper containers;
    private final ContainerPlaces places;

    SandboxStopper(Parts parts, ShimWatch watch, ContainerStopper containers, ContainerPlaces places) {
        this.parts = parts;
        this.watch = watch;
        this.containers = containers;
        this.places = places;
    }

    /** Kills the containers, takes the network away and ends the shim. */
    void stop(String id) {
        Optional<SandboxEntry> entry = parts.sandboxes().find(id);
        if (entry.isEmpty()) {
            LOGGER.debug("No sandbox {} to stop", id);
            return;
        }
        try {
            stop(entry.get());
        } catch (RuntimeException failure) {
            throw Translation.of("stopping the sandbox " + entry.get().id(), failure);
        }
    }

    private void stop(SandboxEntry entry) {
        // Said before the lock is had: operations on its containers that come now are refused, not queued.
        entry.end();
        try (Held _ = Held.of(entry.lock().writeLock(), parts.config().lockDeadline(), "the sandbox " + entry.id())) {
            stopHeld(entry);
        }
    }

    private void stopHeld(SandboxEntry entry) {
        Sandbox sandbox = entry.sandbox();
        List<ContainerEntry> running = parts.containers().of(entry.id()).stream()
                .filter(container -> !(container.container().state() instanceof ContainerState.Exited))
                .filter(container -> !(container.container().state() instanceof ContainerState.Created))
                .toList();
        // All are told before the first is waited for.
        running.forEach(container -> parts.cgroups().kill(container.container().cgroupPath()));
        running.forEach(containers::awaitKilled);
        if (sandbox.state() == SandboxState.READY) {
            running.forEach(parts.plugins()::awaitExitTold);
            parts.plugins().stop(entry);
        }
        if (!sandbox.networkNamespace().isEmpty()) {
            parts.network().detach(sandbox.id(), sandbox.networkNamespace());
        }
        if (sandbox.state() == SandboxState.READY || entry.shim() != null) {
            watch.end(entry);
            entry.state(SandboxState.NOT_READY);
            Announcer.stopped(parts, entry);
            parts.store().update(entry.record());
            LOGGER.atInfo().addKeyValue("sandbox", sandbox.id()).log("Sandbox is stopped");
        }
        places.discard(entry);
        parts.cgroups()
                .remove(
                        Parts.containerCgroup(sandbox.cgroupParent(), sandbox.id()),
                        parts.config().shimDeadline());
    }

    /** Stops the sandbox, removes its containers and then all that is left of it. */
    void remove(String id) {
        Optional<SandboxEntry> found = parts.sandboxes().find(id);
        if (found.isEmpty()) {
            LOGGER.debug("No sandbox {} to remove", id);
            return;
        }
        SandboxEntry entry = found.get();
        try {
            entry.end();
            try (Held _ =
                    Held.of(entry.lock().writeLock(), parts.config().lockDeadline(), "the sandbox " + entry.id())) {
                stopHeld(entry);
                parts.containers().of(entry.id()).forEach(containers::remove);
                discard(entry);
            }
        } catch (RuntimeException failure) {
            throw Translation.of("removing the sandbox " + entry.id(), failure);
        }
    }

    private void discard(SandboxEntry entry) {
        Sandbox sandbox = entry.sandbox();
        String topmost = entry.record().topmostCgroup();
        if (!topmost.isEmpty()) {
            parts.cgroups().prune(sandbox.cgroupParent(), topmost);
        }
        parts.directories().remove(parts.directories().sandbox(sandbox.id()));
        entry.remove(true);
        try {
            parts.store().deleteSandbox(sandbox.id());
        } catch (RuntimeException failure) {
            entry.remove(false);
            throw failure;
        }
        try (Window window = parts.plugins().window()) {
            window.enter();
            parts.plugins().removed(entry);
            parts.sandboxes().remove(sandbox.id());
        }
        Announcer.deleted(parts, entry);
        parts.sandboxNames().release(sandbox.config().metadata().reservedName(), sandbox.id());
        LOGGER.atInfo().addKeyValue("sandbox", sandbox.id()).log("Sandbox is removed");
    }
}
