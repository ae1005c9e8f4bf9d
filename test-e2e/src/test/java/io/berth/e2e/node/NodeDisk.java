package io.berth.e2e.node;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file system of a node's own for the daemon's state. */
public final class NodeDisk {
    private static final int MEGABYTES = 512;

    private final Path mountPoint;
    private final String options;
    private final String[] makeFileSystem;
    private @Nullable SmallDisk disk;

    /**
     * One that is not made yet.
     *
     * @param name of its directory
     * @param options of the mount, or empty
     * @param makeFileSystem the command, without the device
     */
    public NodeDisk(String name, String options, String... makeFileSystem) {
        this.mountPoint = Places.work().resolve(name);
        this.options = options;
        this.makeFileSystem = makeFileSystem;
    }

    /** Makes and mounts it; the configuration with the state there. */
    public DaemonConfig under(DaemonConfig config) {
        SmallDisk made = SmallDisk.make(mountPoint, MEGABYTES, options, makeFileSystem);
        disk = made;
        return config.with("", "state_directory", "\"" + made.path().resolve("state") + "\"");
    }

    /** The disk, once it is mounted. */
    public SmallDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("there is no disk yet");
        }
        return disk;
    }

    /** After all tests: the daemon still runs, is ended after this, and lets the mount go with its last descriptor. */
    public void letGo() {
        Command.output("umount", "--lazy", mountPoint.toString());
    }
}
