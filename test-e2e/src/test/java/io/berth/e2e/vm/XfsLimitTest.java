package io.berth.e2e.vm;

import io.berth.e2e.images.LayerLimitContract;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Project quotas of xfs. */
@Tag("vm")
class XfsLimitTest extends LayerLimitContract {
    private static final NodeDisk DISK = new NodeDisk("xfs-quota", "prjquota", "mkfs.xfs", "-q", "-f");

    @RegisterExtension
    static final Node NODE = Node.with(config -> DISK.under(config).with("images", "writable_layer_limit", LIMIT));

    @AfterAll
    static void letTheDiskGo() {
        DISK.letGo();
    }

    @Override
    protected Node node() {
        return NODE;
    }
}
