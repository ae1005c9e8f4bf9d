package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.SandboxFiles;
import io.berth.imagefs.unpack.TreeRemover;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The run directory's layout. A sandbox's or container's directory is the sign that it is being made: one without a
 * record is undone at the next start, by what the directory says (the {@code cgroup} link).
 */
public final class Directories {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final FileCalls calls = SystemCalls.real();
    private final Path sandboxes;
    private final Path containers;
    private final Path staging;

    /** The layout below that run directory; what is missing is made. */
    public Directories(Path runDirectory) {
        this.sandboxes = runDirectory.resolve("sandboxes");
        this.containers = runDirectory.resolve("containers");
        this.staging = runDirectory.resolve("rootfs");
        try {
            for (Path directory : List.of(sandboxes, containers, staging)) {
                Files.createDirectories(directory, PRIVATE);
            }
        } catch (IOException failure) {
            throw failed("making the run directory", runDirectory, failure);
        }
    }

    /** Where roots are put before pivot_root. */
    public Path staging() {
        return staging;
    }

    public Path sandbox(String id) {
        return sandboxes.resolve(id);
    }

    public SandboxFiles sandboxFiles(String id) {
        return new SandboxFiles(sandbox(id));
    }

    public Path shimSocket(String sandboxId) {
        return sandbox(sandboxId).resolve("shim.sock");
    }

    /** Takes away the socket of a shim that is dead: nobody need look for it again. */
    void removeSocket(String sandboxId) {
        try {
            Files.deleteIfExists(shimSocket(sandboxId));
        } catch (IOException failure) {
            throw failed("removing", shimSocket(sandboxId), failure);
        }
    }

    public Path shimPid(String sandboxId) {
        return sandbox(sandboxId).resolve("shim.pid");
    }

    public Path exitRecord(String sandboxId, String containerId) {
        return sandbox(sandboxId).resolve("exits").resolve(containerId);
    }

    public Path container(String id) {
        return containers.resolve(id);
    }

    /** The container's OCI specification. */
    public Path spec(String containerId) {
        return container(containerId).resolve("config.json");
    }

    /** The directory that a container's snapshot stands for in its specification; nothing is there on the host. */
    public Path rootOf(String containerId) {
        return container(containerId).resolve("rootfs");
    }

    /** The ids that have a sandbox directory. */
    public List<String> sandboxIds() {
        return names(sandboxes);
    }

    /** The ids that have a container directory. */
    public List<String> containerIds() {
        return names(containers);
    }

    /** Makes the directory of a sandbox or container, with the cgroup that it will have. */
    void make(Path directory, String cgroup) {
        make(directory);
        setCgroup(directory, cgroup);
    }

    /** Makes the directory of a sandbox whose cgroup is not known yet. */
    void make(Path directory) {
        try {
            Files.createDirectory(directory, PRIVATE);
        } catch (IOException failure) {
            throw failed("making", directory, failure);
        }
    }

    /** Writes down the cgroup that a sandbox or container will have. */
    void setCgroup(Path directory, String cgroup) {
        try {
            Files.createSymbolicLink(directory.resolve("cgroup"), Path.of(cgroup));
        } catch (IOException failure) {
            throw failed("making", directory.resolve("cgroup"), failure);
        }
    }

    /** The cgroup that a sandbox or container directory names. */
    public Optional<String> cgroupOf(Path directory) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(directory.resolve("cgroup")).toString());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** Removes a directory of ours with all that is in it. Follows no links. Idempotent. */
    public void remove(Path directory) {
        if (!directory.startsWith(sandboxes) && !directory.startsWith(containers)) {
            throw new IllegalArgumentException(directory + " is not a sandbox's or container's directory");
        }
        try (Descriptor parent = calls.openat2(null, String.valueOf(directory.getParent()), OpenHow.directory())) {
            new TreeRemover(calls, parent).removeTree(String.valueOf(directory.getFileName()));
        } catch (SystemCallException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "removing " + directory + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Removes a container's directory; what hooks and the like have put beside its usual files goes too. Idempotent.
     */
    void removeContainer(String id) {
        Path directory = container(id);
        for (Path file : List.of(spec(id), directory.resolve("cgroup"))) {
            // What stays is met again below.
            calls.tryUnlinkat(null, file.toString(), 0);
        }
        Errno more = calls.tryUnlinkat(null, directory.toString(), AtFlags.REMOVE_DIRECTORY);
        if (more != null && more != Errno.ENOENT) {
            remove(directory);
        }
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException failure) {
            throw failed("listing", directory, failure);
        }
    }

    static BerthException failed(String doing, Path subject, IOException failure) {
        String reason = failure instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : failure.toString();
        ErrorKind kind = reason.contains("No space left") ? ErrorKind.RESOURCE_EXHAUSTED : ErrorKind.INTERNAL;
        return new BerthException(kind, doing + " " + subject + ": " + reason, failure);
    }
}
