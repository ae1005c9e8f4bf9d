package io.berth.core.lifecycle;

import io.berth.core.cgroup.CgroupPaths;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.state.ContainerRecord;
import io.berth.core.state.SandboxRecord;
import io.berth.kernel.shim.ShimClient;
import io.berth.proto.shim.v1.StateReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes records, shims, cgroups, snapshots, leases and directories one again when the daemon starts, before it answers
 * anybody. What has a record is taken up as it is; what was being made and has none is undone; nothing that is not ours
 * by its name in our own directories is touched. Each thing is taken on its own: one that fails is said in the log and
 * keeps no other from coming back.
 */
public final class Recovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);

    private final Parts parts;
    private final ShimWatch watch;

    public Recovery(Parts parts, ShimWatch watch) {
        this.parts = parts;
        this.watch = watch;
    }

    /** Does it all. Called once, before the first request. */
    public void run() {
        for (SandboxRecord sandbox : parts.store().sandboxes()) {
            attempt("taking up the sandbox " + sandbox.sandbox().id(), () -> takeUp(sandbox));
        }
        for (ContainerRecord container : parts.store().containers()) {
            attempt("taking up the container " + container.container().id(), () -> takeUp(container.container()));
        }
        try (RecoveryThreads threads = new RecoveryThreads()) {
            for (SandboxEntry sandbox : parts.sandboxes().all()) {
                threads.run(() -> attempt("reconnecting to the sandbox " + sandbox.id(), () -> reconcile(sandbox)));
            }
            undoHalfMade(threads);
        }
    }

    private void takeUp(SandboxRecord sandbox) {
        String id = sandbox.sandbox().id();
        parts.sandboxNames().reserve(sandbox.sandbox().config().metadata().reservedName(), id);
        parts.sandboxes().put(id, new SandboxEntry(sandbox, null));
    }

    private void takeUp(Container container) {
        SandboxEntry sandbox = parts.sandboxes().find(container.sandboxId()).orElse(null);
        if (sandbox == null) {
            // Its sandbox's removal was recorded, its own was not.
            LOGGER.atWarn().addKeyValue("container", container.id()).log("Its sandbox is gone: it is removed");
            parts.cgroups().remove(container.cgroupPath(), parts.config().shimDeadline());
            parts.images().removeSnapshot(container.id());
            new ImageVolumes(parts.images()).release(container);
            parts.directories().remove(parts.directories().container(container.id()));
            parts.store().deleteContainer(container.id());
            return;
        }
        parts.containerNames()
                .reserve(
                        Parts.containerName(
                                container.sandboxId(), container.config().metadata()),
                        container.id());
        parts.containers().put(new ContainerEntry(sandbox, container, null));
    }

    /** Holds the sandbox as long as it takes: requests for it wait then, or give up, and others do not. */
    private void reconcile(SandboxEntry entry) {
        try (Held _ = Held.of(entry.lock().writeLock(), parts.config().lockDeadline(), "the sandbox " + entry.id())) {
            if (entry.sandbox().state() == SandboxState.READY) {
                reconnect(entry);
            }
            parts.containers().of(entry.id()).forEach(this::settle);
        }
    }

    /** A shim that answers and has its sandbox goes on; without one the sandbox is not ready any more. */
    private void reconnect(SandboxEntry entry) {
        if (!Files.exists(parts.directories().shimSocket(entry.id()))) {
            LOGGER.atInfo().addKeyValue("sandbox", entry.id()).log("Its shim is gone, as after a reboot");
            watch.died(entry);
            return;
        }
        StateReply state;
        try {
            ShimClient shim = watch.connect(entry);
            state = shim.state(parts.config().shimDeadline());
        } catch (RuntimeException failure) {
            LOGGER.atWarn()
                    .addKeyValue("sandbox", entry.id())
                    .log("Its shim does not answer ({}): it is ended", failure.getMessage());
            entry.end();
            watch.kill(entry.id());
            watch.died(entry);
            return;
        }
        if (state.hasSandbox()) {
            SandboxRecord known = entry.record();
            entry.change(new SandboxRecord(
                    known.sandbox(),
                    SandboxStarter.namespaces(state.getSandbox()),
                    known.hostname(),
                    known.topmostCgroup()));
        }
        Map<String, io.berth.proto.shim.v1.ContainerState> told = new HashMap<>();
        state.getContainersList().forEach(container -> told.put(container.getContainerId(), container));
        for (ContainerEntry container : parts.containers().of(entry.id())) {
            reconcile(container, told.remove(container.id()));
        }
        for (String unknown : told.keySet()) {
            // Its record's removal was written, the shim was not told any more.
            attempt("forgetting the container " + unknown, () -> {
                parts.cgroups()
                        .remove(
                                Parts.containerCgroup(entry.sandbox().cgroupParent(), unknown),
                                parts.config().shimDeadline());
                entry.requireShim().forget(unknown, parts.config().shimDeadline());
            });
        }
    }

    private void reconcile(ContainerEntry container, io.berth.proto.shim.v1.@Nullable ContainerState told) {
        if (told == null) {
            if (container.container().state() instanceof ContainerState.Running running) {
                watch.record(
                        container,
                        watch.exitOnDisk(container)
                                .orElseGet(() ->
                                        Exits.unseen(running.startedAt(), "its supervisor does not know it any more")));
            }
        } else if (told.hasExit()) {
            watch.record(container, Exits.of(told.getExit()));
        } else {
            container.running(new ContainerState.Running(told.getPid(), told.getStartedAt()));
            parts.store().putLater(container.id(), container::recordUnlessRemoved);
        }
    }

    /** A container of a sandbox that is not ready cannot run. */
    private void settle(ContainerEntry container) {
        Sandbox sandbox = container.sandbox().sandbox();
        if (sandbox.state() == SandboxState.READY) {
            return;
        }
        switch (container.container().state()) {
            case ContainerState.Exited exited -> {
                // Nothing changes for it.
            }
            case ContainerState.Created created ->
                watch.record(container, Exits.unseen(0, "the node or its pod went down before it was started"));
            case ContainerState.Running running ->
                watch.record(
                        container,
                        watch.exitOnDisk(container)
                                .orElseGet(() -> Exits.unseen(running.startedAt(), "the node or its pod went down")));
            case ContainerState.Unknown unknown ->
                watch.record(container, Exits.unseen(0, "the node or its pod went down"));
        }
    }

    private void undoHalfMade(RecoveryThreads threads) {
        Set<String> sandboxes = new HashSet<>();
        parts.sandboxes().all().forEach(entry -> sandboxes.add(entry.id()));
        Set<String> containers = new HashSet<>();
        parts.containers().all().forEach(entry -> containers.add(entry.id()));
        for (String id : parts.directories().containerIds()) {
            if (!containers.contains(id)) {
                threads.run(() -> attempt(
                        "undoing the container " + id,
                        () -> undo(parts.directories().container(id))));
            }
        }
        for (String id : parts.directories().sandboxIds()) {
            if (!sandboxes.contains(id)) {
                threads.run(() -> attempt("undoing the sandbox " + id, () -> {
                    watch.kill(id);
                    undo(parts.directories().sandbox(id));
                }));
            }
        }
        for (String id : parts.network().knownSandboxes()) {
            if (!sandboxes.contains(id)) {
                attempt(
                        "taking the network from the sandbox " + id,
                        () -> parts.network().detach(id, null));
            }
        }
        for (String key : parts.images().snapshotKeys()) {
            if (!containers.contains(ImageVolumes.container(key))) {
                attempt("removing the snapshot " + key, () -> parts.images().removeSnapshot(key));
            }
        }
    }

    private void undo(Path directory) {
        parts.directories().cgroupOf(directory).ifPresent(cgroup -> {
            LOGGER.info("{} was being made or removed when the daemon ended: undone", directory);
            parts.cgroups().remove(cgroup, parts.config().shimDeadline());
            String own = CgroupPaths.OWN + "/" + directory.getFileName();
            if (cgroup.startsWith(own)) {
                parts.cgroups().prune(own, CgroupPaths.OWN);
            }
        });
        parts.directories().remove(directory);
    }

    private static void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOGGER.error("At the start, {}: {}", what, failure.getMessage(), failure);
        }
    }
}
