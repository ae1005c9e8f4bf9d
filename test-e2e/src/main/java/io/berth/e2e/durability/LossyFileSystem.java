package io.berth.e2e.durability;

import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** An ext4 file system as distributions make it, on a loop device on a {@link LossyDisk}. */
public final class LossyFileSystem implements AutoCloseable {
    private final Path mountPoint;
    private final Path directory;
    private final LossyDisk disk;
    private @Nullable FuseDisk file;

    private LossyFileSystem(Path mountPoint, Path directory, LossyDisk disk) {
        this.mountPoint = mountPoint;
        this.directory = directory;
        this.disk = disk;
    }

    /**
     * Makes a file system and mounts it.
     *
     * @param mountPoint where it is mounted; made when missing
     * @param directory for its own files
     * @param size of the disk, in bytes
     */
    public static LossyFileSystem create(Path mountPoint, Path directory, long size) {
        try {
            Files.createDirectories(mountPoint);
            Files.createDirectories(directory);
            LossyDisk disk = LossyDisk.create(directory.resolve("platter"), size);
            LossyFileSystem made = new LossyFileSystem(mountPoint, directory, disk);
            made.plugIn(true);
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where it is mounted. */
    public Path path() {
        return mountPoint;
    }

    public LossyDisk disk() {
        return disk;
    }

    /**
     * Unmounts what is left after the power went, and mounts what has survived; the journal is replayed by that.
     * Nothing may use the file system any more.
     */
    public LossyDisk.Loss powerOn(Random random, double share) {
        try {
            disk.powerOff();
            unplug();
            LossyDisk.Loss loss = disk.powerOn(random, share);
            plugIn(false);
            return loss;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Unmounts properly and looks the file system over. */
    public String check() {
        try {
            unplug();
            try (FuseDisk _ = FuseDisk.mount(disk, directory.resolve("disk"))) {
                file = null;
                Command.Result result = Command.run(
                        "e2fsck", "-f", "-n", directory.resolve("disk").toString());
                return result.status() == 0 ? "" : result.output() + result.error();
            } finally {
                plugIn(false);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void plugIn(boolean makeFileSystem) throws IOException {
        file = FuseDisk.mount(disk, directory.resolve("disk"));
        String device = Command.output(
                "losetup", "--find", "--show", directory.resolve("disk").toString());
        try {
            if (makeFileSystem) {
                Command.output("mkfs.ext4", "-q", "-F", device);
            }
            Command.output("mount", "-t", "ext4", device, path().toString());
        } finally {
            // It stays as long as it is mounted.
            Command.output("losetup", "--detach", device);
        }
    }

    private void unplug() {
        Waiting.until(
                "nobody to use " + path(),
                () -> Command.run("umount", path().toString()).status() == 0);
        FuseDisk last = file;
        if (last != null) {
            Waiting.until("the loop device to go", last::closeUnlessUsed);
        }
        file = null;
    }

    @Override
    public void close() {
        unplug();
        try {
            disk.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
