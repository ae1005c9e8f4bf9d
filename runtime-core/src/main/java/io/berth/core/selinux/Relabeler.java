package io.berth.core.selinux;

import io.berth.core.error.BerthException;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the files of a volume a container's label. Follows no symbolic link on the way, as other containers may be at
 * work there. What has the label already is not touched, a file system without labels is left alone, and so is what
 * goes meanwhile.
 */
public final class Relabeler {
    private static final int MAXIMUM_DEPTH = 500;
    private static final OpenHow DIRECTORY =
            new OpenHow(OpenHow.READ_ONLY | OpenHow.DIRECTORY | OpenHow.NO_FOLLOW, 0, OpenHow.NO_SYMBOLIC_LINKS);

    /** Of the node itself: with other labels on them it would come to a standstill. */
    private static final Set<Path> SYSTEM = Set.of(
            Path.of("/"),
            Path.of("/bin"),
            Path.of("/boot"),
            Path.of("/dev"),
            Path.of("/etc"),
            Path.of("/home"),
            Path.of("/lib"),
            Path.of("/lib64"),
            Path.of("/opt"),
            Path.of("/proc"),
            Path.of("/root"),
            Path.of("/run"),
            Path.of("/sbin"),
            Path.of("/srv"),
            Path.of("/sys"),
            Path.of("/tmp"),
            Path.of("/usr"),
            Path.of("/var"),
            Path.of("/var/lib"),
            Path.of("/var/log"),
            Path.of("/var/tmp"));

    private final SystemCalls calls;
    private final String attribute;

    public Relabeler(SystemCalls calls) {
        this(calls, "security.selinux");
    }

    /** With labels in another attribute, where there is no SELinux. */
    Relabeler(SystemCalls calls, String attribute) {
        this.calls = calls;
        this.attribute = attribute;
    }

    /** Labels a file, or a directory with all that is in it, the directory last. Blocks for as long as that takes. */
    public void relabel(Path path, String label) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException gone) {
            throw BerthException.invalidArgument("selinux_relabel of " + path + ": " + gone.getMessage());
        }
        if (SYSTEM.contains(real) || real.startsWith("/usr")) {
            throw BerthException.invalidArgument(
                    "selinux_relabel of " + real + " is refused: the node's own programs live there");
        }
        // The kernel keeps it with the NUL at its end.
        byte[] value = (label + "\0").getBytes(StandardCharsets.UTF_8);
        FileStatus status = calls.fstatat(null, real.toString(), AtFlags.SYMLINK_NO_FOLLOW);
        if (status.type() != FileStatus.DIRECTORY) {
            name(null, real.toString(), value);
            return;
        }
        try (Descriptor directory = calls.openat2(null, real.toString(), DIRECTORY)) {
            directory(directory, value, real, 0);
        }
    }

    private void directory(Descriptor directory, byte[] value, Path path, int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw BerthException.failedPrecondition(
                    "selinux_relabel of " + path + " goes deeper than " + MAXIMUM_DEPTH + " directories");
        }
        for (DirectoryEntry entry : calls.readDirectory(directory)) {
            try {
                if (isDirectory(directory, entry)) {
                    try (Descriptor below = calls.openat2(directory, entry.name(), DIRECTORY)) {
                        directory(below, value, path, depth + 1);
                    }
                } else {
                    name(directory, entry.name(), value);
                }
            } catch (SystemCallException failure) {
                if (failure.errno() != Errno.ENOENT
                        && failure.errno() != Errno.ENOTDIR
                        && failure.errno() != Errno.ELOOP) {
                    throw failure;
                }
                // It has gone, or is another thing by now, whose label is that of who made it.
            }
        }
        tolerating(() -> {
            if (!Arrays.equals(calls.fgetxattr(directory, attribute), value)) {
                calls.fsetxattr(directory, attribute, value);
            }
        });
    }

    private boolean isDirectory(Descriptor directory, DirectoryEntry entry) {
        return entry.type() == 0
                ? calls.fstatat(directory, entry.name(), AtFlags.SYMLINK_NO_FOLLOW)
                                .type()
                        == FileStatus.DIRECTORY
                : entry.isDirectory();
    }

    private void name(@Nullable Descriptor directory, String name, byte[] value) {
        tolerating(() -> {
            if (!Arrays.equals(calls.lgetxattr(directory, name, attribute), value)) {
                calls.lsetxattr(directory, name, attribute, value);
            }
        });
    }

    private static void tolerating(Runnable labelling) {
        try {
            labelling.run();
        } catch (SystemCallException failure) {
            if (failure.errno() != Errno.EOPNOTSUPP) {
                throw failure;
            }
        }
    }
}
