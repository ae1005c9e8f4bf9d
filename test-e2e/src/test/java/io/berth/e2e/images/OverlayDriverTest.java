package io.berth.e2e.images;

import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.node.Node;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Overlayfs on ext4. */
class OverlayDriverTest extends SnapshotDriverContract {
    private static @Nullable SmallDisk disk;

    @RegisterExtension
    static final Node NODE = Node.with(config -> {
        disk = SmallDisk.make(Places.work().resolve("driver-overlay"), 512, "", "mkfs.ext4", "-q", "-F");
        return config.with("", "state_directory", "\"" + disk.path().resolve("state") + "\"")
                .with("images", "snapshot_driver", "\"overlay\"");
    });

    @AfterAll
    static void removeTheDisk() {
        // The daemon still runs: it is ended after this, and lets the mount go with its last descriptor.
        Command.output(
                "umount", "--lazy", Places.work().resolve("driver-overlay").toString());
    }

    @Override
    Node node() {
        return NODE;
    }

    @Override
    SmallDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("there is no disk yet");
        }
        return disk;
    }
}
