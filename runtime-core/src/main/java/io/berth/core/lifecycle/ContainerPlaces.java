package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.imagefs.ImageException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a container has before anything is known of it: an id and a directory of that name. That of a pod's first
 * container is made with the pod, while its shim makes the namespaces, and with it the container's cgroup and the
 * directories of its writable layer, which are alike whatever the container is: CreateContainer need not wait for them.
 *
 * <p>A daemon that dies leaves such a place as a container that was being made: the next one undoes it.
 */
final class ContainerPlaces {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContainerPlaces.class);

    private final Parts parts;

    ContainerPlaces(Parts parts) {
        this.parts = parts;
    }

    /**
     * Makes the place of the first container of a sandbox whose cgroup is made. Without it the container makes its own.
     */
    void makeAhead(SandboxEntry sandbox) {
        Undo undo = new Undo();
        try {
            String id = Identifiers.random();
            begin(sandbox, id, undo);
            parts.images().makeSnapshotAhead(id);
            parts.cgroups().create(cgroup(sandbox, id));
            sandbox.place(id);
        } catch (BerthException | ImageException failure) {
            LOGGER.atWarn()
                    .addKeyValue("sandbox", sandbox.id())
                    .log("Its first container has no place made ahead: {}", failure.getMessage());
            undo.run();
        }
    }

    /**
     * The id of a new container, which has its directory and perhaps more.
     *
     * @param undo takes away what is made of the place, now and later
     */
    String take(SandboxEntry sandbox, Undo undo) {
        Optional<String> ahead = sandbox.takePlace();
        if (ahead.isPresent()) {
            undoLater(sandbox, ahead.get(), undo);
            return ahead.get();
        }
        String id = Identifiers.random();
        begin(sandbox, id, undo);
        return id;
    }

    /** Takes away the place that no container of the sandbox has taken. Idempotent; after a failure, try again. */
    void discard(SandboxEntry sandbox) {
        String id = sandbox.place();
        if (id != null) {
            removeCgroup(sandbox, id);
            parts.images().removeSnapshot(id);
            removeDirectory(id);
            sandbox.place(null);
        }
    }

    private void begin(SandboxEntry sandbox, String id, Undo undo) {
        undoLater(sandbox, id, undo);
        parts.directories().make(parts.directories().container(id), cgroup(sandbox, id));
    }

    /** The directory last: it is the sign that there may be more. */
    private void undoLater(SandboxEntry sandbox, String id, Undo undo) {
        undo.add("the directory of " + id, () -> removeDirectory(id));
        undo.add("the snapshot of " + id, () -> parts.images().removeSnapshot(id));
        undo.add("the cgroup of " + id, () -> removeCgroup(sandbox, id));
    }

    private void removeDirectory(String id) {
        parts.directories().remove(parts.directories().container(id));
    }

    private void removeCgroup(SandboxEntry sandbox, String id) {
        parts.cgroups().remove(cgroup(sandbox, id), parts.config().shimDeadline());
    }

    private static String cgroup(SandboxEntry sandbox, String id) {
        return Parts.containerCgroup(sandbox.sandbox().cgroupParent(), id);
    }
}
