package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subvolumes on a real btrfs. */
@EnabledIf(value = "isInstalled", disabledReason = "no mkfs.btrfs here (apt-get install btrfs-progs)")
class BtrfsDriverTest extends SnapshotDriverContract {
    /** It deletes subvolumes once a commit, every 30 seconds otherwise. */
    private static final NodeDisk DISK = new NodeDisk("driver-btrfs", "commit=1", "mkfs.btrfs", "-q", "-f");

    @RegisterExtension
    static final Node NODE = nodeOn(DISK, "btrfs");

    BtrfsDriverTest() {
        super(NODE, DISK);
    }

    @Test
    void aStoreThatIsNotOnBtrfsIsRefusedAtStart() throws InterruptedException {
        DaemonConfig config =
                DaemonConfig.in(Places.work().resolve("not-btrfs")).with("images", "snapshot_driver", "\"btrfs\"");
        Path tmpfs = config.stateDirectory();
        Command.output("mkdir", "-p", tmpfs.toString());
        Command.output("mount", "-t", "tmpfs", "tmpfs", tmpfs.toString());
        try (BerthDaemon refused = BerthDaemon.of(config)) {
            Process process = refused.launch();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(refused.log()).contains("snapshot_driver = \"btrfs\"", "on a btrfs, and it is not");
        } finally {
            Command.output("umount", tmpfs.toString());
        }
    }

    @Test
    void eachLayerIsASubvolumeOnTheOneBelow() {
        NODE.pod("subvolumes")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        String subvolumes =
                Command.output("btrfs", "subvolume", "list", disk().path().toString());
        assertThat(subvolumes)
                .containsPattern("state/images/volumes/[0-9a-f]{64}")
                .contains("state/images/snapshots/");
    }

    static boolean isInstalled() {
        return Places.findTool("mkfs.btrfs").isPresent();
    }

    /** The kernel deletes subvolumes in the background. */
    @Override
    void settle() {
        super.settle();
        Command.output("btrfs", "subvolume", "sync", disk().path().toString());
        super.settle();
    }
}
