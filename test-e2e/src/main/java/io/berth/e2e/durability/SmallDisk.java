package io.berth.e2e.durability;

import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A small file system on a loop device, and a file that takes as much of it as is wanted. */
public final class SmallDisk implements AutoCloseable {
    private final Path mountPoint;
    private final Path filler;

    private SmallDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
        this.filler = mountPoint.resolve("filler");
    }

    /** An ext4 of which nothing is kept back for root. */
    public static SmallDisk ext4(Path mountPoint, int megabytes) {
        return make(mountPoint, megabytes, "", "mkfs.ext4", "-q", "-F", "-m", "0");
    }

    /**
     * Makes one and mounts it.
     *
     * @param mountPoint made when missing; the backing file is beside it
     * @param options of the mount, such as {@code prjquota}, or empty
     * @param makeFileSystem the command, without the device
     */
    public static SmallDisk make(Path mountPoint, int megabytes, String options, String... makeFileSystem) {
        try {
            Files.createDirectories(mountPoint);
            Path file = mountPoint.resolveSibling(mountPoint.getFileName() + ".disk");
            Command.output("truncate", "-s", megabytes + "M", file.toString());
            String[] command = Arrays.copyOf(makeFileSystem, makeFileSystem.length + 1);
            command[makeFileSystem.length] = file.toString();
            Command.output(command);
            String loop = options.isEmpty() ? "loop" : "loop," + options;
            Command.output("mount", "-o", loop, file.toString(), mountPoint.toString());
            Files.delete(file);
            return new SmallDisk(mountPoint);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where it is mounted. */
    public Path path() {
        return mountPoint;
    }

    /** Free bytes, those of the filler not counted. */
    public long free() {
        try {
            return Files.getFileStore(mountPoint).getUnallocatedSpace();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Takes space until only so much is left. */
    public void leave(long bytes) {
        empty();
        // What was written lately has no blocks yet, and what was deleted lately has them still.
        Command.output("sync", "-f", mountPoint.toString());
        long size = free() - bytes;
        if (size > 0) {
            // The blocks of the filler itself need some for their own map.
            Command.run("fallocate", "-l", Long.toString(size), filler.toString());
            while (free() < bytes) {
                size -= bytes - free();
                Command.output("truncate", "-s", Long.toString(size), filler.toString());
                Command.output("sync", "-f", mountPoint.toString());
            }
        }
    }

    /** Gives the space back. */
    public void empty() {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Unmounts as soon as nobody uses it. */
    @Override
    public void close() {
        Waiting.until(
                "nobody to use " + mountPoint,
                () -> Command.run("umount", mountPoint.toString()).status() == 0);
    }
}
