package io.berth.e2e.images;

import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copies on ext4, which cannot share blocks. */
class VfsDriverTest extends SnapshotDriverContract {
    private static final NodeDisk DISK = new NodeDisk("driver-vfs", "", "mkfs.ext4", "-q", "-F");

    @RegisterExtension
    static final Node NODE = Node.with(config -> DISK.under(config).with("images", "snapshot_driver", "\"vfs\""));

    @AfterAll
    static void letTheDiskGo() {
        DISK.letGo();
    }

    @Test
    void aLimitByAnnotationIsRefused() {
        Pod pod = NODE.pod("limited").run();
        Refusal.of(() -> pod.container("main", NODE.busybox())
                        .with(config -> config.putAnnotations("io.berth/writable-layer-limit", "8Mi"))
                        .create())
                .is(Code.FAILED_PRECONDITION)
                .saying("snapshot_driver = \"vfs\"", "set no limit");
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
