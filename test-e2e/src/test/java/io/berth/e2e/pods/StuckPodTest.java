package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.StatusRequest;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StuckPodTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void aStuckPodHoldsUpNoOtherAndGoesOnWhenItWakes() {
        Pod stuck = NODE.pod("stuck").run();
        PodContainer inside =
                stuck.container("main", NODE.busybox()).command("sleep", "1000").start();
        String shim = Long.toString(NODE.daemon().shim(stuck.id()));
        Command.output("kill", "-STOP", shim);
        var waiting = CompletableFuture.supplyAsync(() -> inside.execSync(60, "true"));
        try {
            Pod other = NODE.pod("other").run();
            PodContainer container = other.container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            assertThat(container.exec("echo", "fine")).isEqualTo("fine");
            var runtime = NODE.client().runtime();
            assertThat(runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                            .getItemsList())
                    .hasSize(2);
            assertThat(runtime.listContainers(ListContainersRequest.getDefaultInstance())
                            .getContainersList())
                    .hasSize(2);
            assertThat(runtime.listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                            .getStatsList())
                    .hasSize(2);
            assertThat(runtime.listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                            .getStatsList())
                    .hasSize(2);
            runtime.status(StatusRequest.getDefaultInstance());
            assertThat(inside.status().getId()).isEqualTo(inside.id());
            other.stop().remove();
        } finally {
            Command.output("kill", "-CONT", shim);
        }
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(60));
        assertThat(inside.exec("echo", "again")).isEqualTo("again");
    }

    @Test
    void aPodWhoseShimNeverWakesCanStillBeRemoved() {
        Pod stuck = NODE.pod("hopeless").run();
        stuck.container("main", NODE.busybox()).command("sleep", "1000").start();
        Command.output("kill", "-STOP", Long.toString(NODE.daemon().shim(stuck.id())));
        stuck.stop().remove();
        Refusal.of(stuck::status).is(Code.NOT_FOUND);
    }

    @Test
    void aDaemonStartsBesideAStuckShim() {
        Pod stuck = NODE.pod("asleep").run();
        String shim = Long.toString(NODE.daemon().shim(stuck.id()));
        Pod healthy = NODE.pod("awake").run();
        Command.output("kill", "-STOP", shim);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(healthy.isReady()).isTrue();
        assertThat(NODE.pod("new").run().isReady()).isTrue();
        // It was given up, or it is asleep still.
        Command.run("kill", "-CONT", shim);
    }
}
