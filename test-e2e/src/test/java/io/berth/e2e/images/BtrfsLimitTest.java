package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Quota groups of btrfs. */
@EnabledIf(value = "isInstalled", disabledReason = "no mkfs.btrfs here (apt-get install btrfs-progs)")
class BtrfsLimitTest extends LayerLimitContract {
    private static final NodeDisk DISK = new NodeDisk("btrfs-quota", "", "mkfs.btrfs", "-q", "-f");

    @RegisterExtension
    static final Node NODE = Node.with(config -> DISK.under(config)
            .with("images", "writable_layer_limit", LIMIT)
            .with("images", "snapshot_driver", "\"btrfs\""));

    static boolean isInstalled() {
        return Places.findTool("mkfs.btrfs").isPresent();
    }

    @Test
    void aLimitThatTheFileSystemCannotKeepIsRefusedAtStart() throws InterruptedException {
        DaemonConfig config =
                DaemonConfig.in(Places.work().resolve("no-quota")).with("images", "writable_layer_limit", LIMIT);
        try (SmallDisk disk = SmallDisk.ext4(config.stateDirectory(), 64);
                BerthDaemon refused = BerthDaemon.of(config)) {
            Process process = refused.launch();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(refused.log()).contains("images.writable_layer_limit needs project quotas", "prjquota");
            assertThat(disk.free()).isPositive();
        }
    }

    @Test
    void noQuotaGroupOutlivesItsContainer() {
        Pod pod = NODE.pod("grouped").run();
        pod.container("main", NODE.busybox()).command("sleep", "1000").start();
        String disk = DISK.disk().path().toString();
        long with = groups(disk);
        pod.stop().remove();
        Waiting.until("the group to go", () -> {
            Command.output("btrfs", "subvolume", "sync", disk);
            return groups(disk) < with;
        });
        assertThat(Command.output("btrfs", "qgroup", "show", disk)).doesNotContain("stale");
    }

    private static long groups(String disk) {
        return Command.output("btrfs", "qgroup", "show", disk)
                .lines()
                .filter(line -> line.startsWith("0/"))
                .count();
    }

    @AfterAll
    static void letTheDiskGo() {
        DISK.letGo();
    }

    @Override
    protected Node node() {
        return NODE;
    }
}
