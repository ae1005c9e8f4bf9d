package io.berth.core.cgroup;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Errno;
import io.berth.kernel.FileCalls;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroup v2 tree, driven by its files (the cgroupfs driver). Paths are relative to the cgroup2 root with a leading
 * slash. Safe for any number of threads.
 */
public final class Cgroups {
    private static final Logger LOGGER = LoggerFactory.getLogger(Cgroups.class);
    private static final List<Path> ROOTS = List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));
    private static final int CREATE_ATTEMPTS = 10;
    private static final int DIRECTORY_MODE = 0755;
    private static final long FIRST_PAUSE_NANOSECONDS = 200_000;
    private static final long LONGEST_PAUSE_NANOSECONDS = 20_000_000;

    private final FileCalls calls = SystemCalls.real();
    private final Path root;
    private final Set<String> available;

    /** The available ones that Berth uses, as they are written to cgroup.subtree_control. */
    private final String wanted;

    private final MissingControllers policy;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** A tree below that root. What controllers it has is read once, here. */
    public Cgroups(Path root, MissingControllers policy) {
        this.root = root;
        this.policy = policy;
        this.available = Set.copyOf(words(CgroupFiles.read(root.resolve("cgroup.controllers"))));
        this.wanted = Arrays.stream(Controller.values())
                .map(Controller::kernelName)
                .filter(available::contains)
                .map(name -> "+" + name)
                .collect(Collectors.joining(" "));
    }

    /** The cgroup2 tree of this machine, unified or hybrid. */
    public static Cgroups detect(MissingControllers policy) {
        for (Path candidate : ROOTS) {
            if (Files.exists(candidate.resolve("cgroup.controllers"))) {
                return new Cgroups(candidate, policy);
            }
        }
        throw BerthException.failedPrecondition("No cgroup v2 hierarchy is mounted at " + ROOTS.getFirst() + " or "
                + ROOTS.getLast() + ": mount one (mount -t cgroup2 cgroup2 " + ROOTS.getFirst() + ")");
    }

    public Path root() {
        return root;
    }

    /** The controllers among those that Berth uses that this node lacks. */
    public Set<String> missing() {
        Set<String> missing = new TreeSet<>();
        for (Controller controller : Controller.values()) {
            if (!has(controller)) {
                missing.add(controller.kernelName());
            }
        }
        return missing;
    }

    public boolean has(Controller controller) {
        return available.contains(controller.kernelName());
    }

    /** The directory of that cgroup on the host. */
    public Path directory(String path) {
        return root.resolve(path.substring(1));
    }

    /**
     * Makes that cgroup and what is missing above it, with every controller that Berth uses enabled on the way down.
     *
     * @return the topmost cgroup that was made; empty when it had been there
     */
    public Optional<String> create(String path) {
        for (int attempt = 1; ; attempt++) {
            try {
                return tryCreate(path);
            } catch (NoSuchFileException pruned) {
                // Its empty parent was just removed after another pod.
                if (attempt == CREATE_ATTEMPTS) {
                    throw failed("making the cgroup", directory(path), pruned);
                }
            }
        }
    }

    private Optional<String> tryCreate(String path) throws NoSuchFileException {
        String parent = path.substring(0, path.lastIndexOf('/'));
        Path above = parent.isEmpty() ? root : directory(parent);
        Optional<String> topmost = Files.isDirectory(above) ? Optional.empty() : tryCreate(parent);
        passControllersOn(above);
        Errno failure = calls.tryMkdirat(null, directory(path).toString(), DIRECTORY_MODE);
        return switch (failure) {
            case null -> Optional.of(topmost.orElse(path));
            case EEXIST -> topmost;
            case ENOENT -> throw new NoSuchFileException(directory(path).toString());
            default ->
                throw new BerthException(
                        failure == Errno.ENOSPC ? ErrorKind.RESOURCE_EXHAUSTED : ErrorKind.INTERNAL,
                        "making the cgroup " + directory(path) + ": " + Errno.textOf(failure.number()));
        };
    }

    /** Before anything is made below: what is there already would be without them until then. */
    private void passControllersOn(Path directory) {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            // All at once, and without a look at what is passed on already: the kernel takes that for done.
            CgroupFiles.write(directory.resolve("cgroup.subtree_control"), wanted);
        } catch (IOException refused) {
            LOGGER.debug("Cannot pass on {} at once: {}", wanted, CgroupFiles.reason(refused));
            passOnWhatItHas(directory);
        }
    }

    /** Each by itself, as the kernel takes all or none of those that it is told at once. */
    private void passOnWhatItHas(Path directory) {
        @Nullable String passedOn = CgroupFiles.readOrNull(directory.resolve("cgroup.subtree_control"));
        @Nullable String offered = CgroupFiles.readOrNull(directory.resolve("cgroup.controllers"));
        if (passedOn == null || offered == null) {
            return;
        }
        List<String> enabled = words(passedOn);
        List<String> here = words(offered);
        for (Controller controller : Controller.values()) {
            String name = controller.kernelName();
            if (!here.contains(name) || enabled.contains(name)) {
                continue;
            }
            try {
                CgroupFiles.write(directory.resolve("cgroup.subtree_control"), "+" + name);
            } catch (IOException failure) {
                // EBUSY where processes live in the inner cgroup. A limit that needs the controller will say so.
                LOGGER.atWarn()
                        .addKeyValue("cgroup", directory)
                        .addKeyValue("controller", name)
                        .log("Cannot enable the controller: {}", CgroupFiles.reason(failure));
            }
        }
    }

    /** Writes the limits of a new cgroup. Those whose controller is missing are refused or said, as configured. */
    public void apply(String path, List<CgroupSetting> settings) {
        for (CgroupSetting setting : settings) {
            writeSetting(path, setting);
        }
    }

    /**
     * Writes other limits over those in force: all of them, or none.
     *
     * @return what puts back those before, should a later step fail
     */
    public LimitChange update(String path, List<CgroupSetting> settings) {
        LimitChange change = new LimitChange(this, path);
        try {
            change.write(settings);
            return change;
        } catch (RuntimeException failure) {
            change.rollBack();
            throw failure;
        }
    }

    /** Whether it was written; false where the node lacks what it needs and may. */
    boolean writeSetting(String path, CgroupSetting setting) {
        Path file = directory(path).resolve(setting.file());
        if (!available.contains(setting.controller())) {
            lacks(setting, "the cgroup v2 controller " + setting.controller());
            return false;
        }
        try {
            CgroupFiles.write(file, setting.value());
            return true;
        } catch (NoSuchFileException absent) {
            lacks(setting, setting.file() + " (" + file + ")");
            return false;
        } catch (FileSystemException failure) {
            ErrorKind kind = "Invalid argument".equals(failure.getReason())
                            || "Numerical result out of range".equals(failure.getReason())
                    ? ErrorKind.INVALID_ARGUMENT
                    : ErrorKind.FAILED_PRECONDITION;
            throw new BerthException(
                    kind,
                    "writing \"" + setting.value() + "\" to " + file + ": " + CgroupFiles.reason(failure),
                    failure);
        } catch (IOException failure) {
            throw failed("writing \"" + setting.value() + "\" to", file, failure);
        }
    }

    private void lacks(CgroupSetting setting, String what) {
        // The kubelet names every page size of the node with a limit of 0, asked for or not.
        boolean harmless = setting.controller().equals("hugetlb")
                && (setting.value().equals("0") || setting.file().endsWith(".rsvd.max"));
        if (policy == MissingControllers.FAIL && !harmless) {
            throw BerthException.failedPrecondition("This node lacks " + what + ", which is needed for "
                    + setting.file() + " = " + setting.value()
                    + ": enable it in the kernel, or set cgroup.missing_controllers = \"warn\" to run without");
        }
        if (warned.add(setting.controller())) {
            LOGGER.warn("This node lacks {}: {} and its like are not enforced", what, setting.file());
        }
    }

    /** Kills every process of the cgroup and below. A cgroup that is not there has none. */
    public void kill(String path) {
        try {
            CgroupFiles.write(directory(path).resolve("cgroup.kill"), "1");
        } catch (NoSuchFileException gone) {
            LOGGER.debug("Nothing to kill in {}: it is gone", path);
        } catch (IOException failure) {
            throw failed("killing the processes of", directory(path), failure);
        }
    }

    /**
     * Kills what is left in the cgroup and in those below, and removes them all. Idempotent.
     *
     * @param deadline for the processes to be gone
     */
    public void remove(String path, Duration deadline) {
        Path directory = directory(path);
        long end = System.nanoTime() + deadline.toNanos();
        long pause = FIRST_PAUSE_NANOSECONDS;
        boolean killed = false;
        while (!removed(directory)) {
            if (System.nanoTime() > end) {
                throw new BerthException(
                        ErrorKind.DEADLINE_EXCEEDED,
                        "waiting " + deadline.toMillis() + " ms for the processes of " + directory
                                + " to end after their kill");
            }
            if (!killed) {
                kill(path);
                killed = true;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOSECONDS);
        }
    }

    private boolean removed(Path directory) {
        Errno failure = tryRemove(directory);
        return switch (failure) {
            case null -> true;
            case ENOENT -> true;
            // It has processes, or cgroups below.
            case EBUSY, ENOTEMPTY -> removedBelow(directory) && tryRemove(directory) == null;
            default ->
                throw new BerthException(
                        ErrorKind.INTERNAL, "removing the cgroup " + directory + ": " + Errno.textOf(failure.number()));
        };
    }

    /** Whether there were cgroups below, and they are gone. */
    private boolean removedBelow(Path directory) {
        List<Path> children = children(directory);
        boolean all = true;
        for (Path child : children) {
            all &= removed(child);
        }
        return !children.isEmpty() && all;
    }

    /** Why an empty cgroup could not be removed; null when it is. */
    private @Nullable Errno tryRemove(Path directory) {
        return calls.tryUnlinkat(null, directory.toString(), AtFlags.REMOVE_DIRECTORY);
    }

    /** Removes that cgroup and those above it as long as they are empty, up to and with the topmost. */
    public void prune(String path, String topmost) {
        String at = path;
        while (at.length() >= topmost.length() && at.startsWith(topmost)) {
            Errno failure = tryRemove(directory(at));
            if (failure != null && failure != Errno.ENOENT) {
                LOGGER.debug("{} is still used: {}", at, failure);
                return;
            }
            at = at.substring(0, at.lastIndexOf('/'));
        }
    }

    /** The processes of that cgroup, not of those below; empty when it is gone. */
    public List<Integer> processes(String path) {
        @Nullable String text = CgroupFiles.readOrNull(directory(path).resolve("cgroup.procs"));
        return text == null
                ? List.of()
                : words(text).stream().map(Integer::valueOf).toList();
    }

    /** The processes of that cgroup and of those below. */
    public List<Integer> processesBelow(String path) {
        List<Integer> processes = new ArrayList<>(processes(path));
        for (Path child : children(directory(path))) {
            processes.addAll(processesBelow("/" + root.relativize(child)));
        }
        return processes;
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException failure) {
            throw failed("listing the cgroup", directory, failure);
        }
    }

    private static List<String> words(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
    }

    private static BerthException failed(String operation, Path subject, IOException failure) {
        ErrorKind kind = failure instanceof FileSystemException system
                        && system.getReason() != null
                        && system.getReason().contains("No space left")
                ? ErrorKind.RESOURCE_EXHAUSTED
                : ErrorKind.INTERNAL;
        return new BerthException(kind, operation + " " + subject + ": " + CgroupFiles.reason(failure), failure);
    }
}
