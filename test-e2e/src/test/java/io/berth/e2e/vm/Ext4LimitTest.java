package io.berth.e2e.vm;

import io.berth.e2e.images.LayerLimitContract;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Project quotas of ext4. */
@Tag("vm")
class Ext4LimitTest extends LayerLimitContract {
    private static final NodeDisk DISK = new NodeDisk(
            "ext4-quota", "prjquota", "mkfs.ext4", "-q", "-F", "-O", "quota,project", "-E", "quotatype=prjquota");

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
