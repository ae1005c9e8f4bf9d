package io.berth.e2e.images;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Overlayfs on ext4. */
class OverlayDriverTest extends SnapshotDriverContract {
    private static final NodeDisk DISK = new NodeDisk("driver-overlay", "", "mkfs.ext4", "-q", "-F");

    @RegisterExtension
    static final Node NODE = nodeOn(DISK, "overlay");

    OverlayDriverTest() {
        super(NODE, DISK);
    }

    @Test
    void aLimitByAnnotationIsRefused() {
        refusesALimit("project quotas", "prjquota", "set no limit");
    }
}
