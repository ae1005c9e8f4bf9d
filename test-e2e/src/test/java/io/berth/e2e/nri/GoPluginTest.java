package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plugin on the reference implementation's stub: runs where there is Go and its modules can be had. */
class GoPluginTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static Path program = Path.of("");

    @BeforeAll
    static void build() {
        program = GoPlugin.build("GoPluginTest");
    }

    @Test
    void aPluginOnTheReferenceStubTakesPart() throws IOException, InterruptedException {
        Path output = NODE.daemon().config().directory().resolve("go-plugin.out");
        Process plugin = new ProcessBuilder(
                        program.toString(),
                        "-socket",
                        NODE.daemon().config().nriSocket().toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Waiting.until("the plugin to join", () -> Files.readString(output).contains("Synchronize 0 pods"));
            Pod pod = NODE.pod("gopher").run();
            PodContainer container = pod.container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .with(config -> config.putAnnotations("berth.test/adjust", ""))
                    .start();
            assertThat(container.shell("echo $NRI_GO; ulimit -n; grep -c from-nri /proc/mounts"))
                    .isEqualTo("adjusted\n123\n1");
            assertThat(container.status().getResources().getLinux().getCpuShares())
                    .isEqualTo(555);
            container.stop(0).remove();
            pod.stop().remove();
            assertThat(Files.readString(output).lines())
                    .containsSubsequence(
                            "RunPodSandbox gopher 1 addresses",
                            "CreateContainer gopher/main",
                            "PostCreateContainer main",
                            "StartContainer main",
                            "PostStartContainer main CONTAINER_RUNNING",
                            "StopContainer main CONTAINER_STOPPED",
                            "RemoveContainer main",
                            "StopPodSandbox gopher",
                            "RemovePodSandbox gopher");
        } finally {
            plugin.destroy();
            plugin.waitFor(10, TimeUnit.SECONDS);
        }
    }
}
