package io.berth.e2e.vm;

import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.images.LayerLimitContract;
import io.berth.e2e.node.Node;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Project quotas of ext4. */
@Tag("vm")
class Ext4LimitTest extends LayerLimitContract {
    private static final String DISK = "ext4-quota";

    @RegisterExtension
    static final Node NODE = Node.with(config -> {
        SmallDisk disk = SmallDisk.make(
                Places.work().resolve(DISK),
                512,
                "prjquota",
                "mkfs.ext4",
                "-q",
                "-F",
                "-O",
                "quota,project",
                "-E",
                "quotatype=prjquota");
        return config.with("", "state_directory", "\"" + disk.path().resolve("state") + "\"")
                .with("images", "writable_layer_limit", LIMIT);
    });

    @AfterAll
    static void removeTheDisk() {
        // The daemon still runs: it is ended after this, and lets the mount go with its last descriptor.
        Command.output("umount", "--lazy", Places.work().resolve(DISK).toString());
    }

    @Override
    protected Node node() {
        return NODE;
    }
}
