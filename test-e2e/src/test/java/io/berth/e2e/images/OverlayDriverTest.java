package io.berth.e2e.images;

import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Overlayfs on ext4. */
class OverlayDriverTest extends SnapshotDriverContract {
    private static final NodeDisk DISK = new NodeDisk("driver-overlay", "", "mkfs.ext4", "-q", "-F");

    @RegisterExtension
    static final Node NODE = Node.with(config -> DISK.under(config).with("images", "snapshot_driver", "\"overlay\""));

    @AfterAll
    static void letTheDiskGo() {
        DISK.letGo();
    }

    @Override
    Node node() {
        return NODE;
    }

    @Override
    SmallDisk disk() {
        return DISK.disk();
    }
}
