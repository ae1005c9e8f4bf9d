package io.berth.e2e.images;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copies on ext4, which cannot share blocks. */
class VfsDriverTest extends SnapshotDriverContract {
    private static final NodeDisk DISK = new NodeDisk("driver-vfs", "", "mkfs.ext4", "-q", "-F");

    @RegisterExtension
    static final Node NODE = nodeOn(DISK, "vfs");

    VfsDriverTest() {
        super(NODE, DISK);
    }

    @Test
    void aLimitByAnnotationIsRefused() {
        refusesALimit("snapshot_driver = \"vfs\"", "set no limit");
    }
}
