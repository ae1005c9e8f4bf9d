package io.berth.e2e.tour;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Nginx;
import io.berth.e2e.network.Http;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.LogFile;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TourTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void aWebServerIsPulledRunWatchedAndRemoved() {
        String imageId = NODE.pull(NODE.nginx());
        Pod pod = NODE.pod("web").run();
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);

        PodContainer container = pod.container("nginx", NODE.nginx()).create();
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_CREATED);
        container.start();
        ContainerStatus running = container.status();
        assertThat(running.getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(running.getImageId()).isEqualTo(imageId);
        assertThat(running.getImage().getImage()).isEqualTo(NODE.nginx());
        assertThat(running.getLogPath()).isEqualTo(container.logPath().toString());
        assertThat(running.getStartedAt()).isGreaterThanOrEqualTo(running.getCreatedAt());

        assertThat(Http.get(pod.address(), 80)).isEqualTo(Nginx.PAGE);
        assertThat(container.exec("cat", "/run/nginx.pid")).isEqualTo("1");
        assertThat(container.exec("cat", "/proc/1/comm")).isEqualTo("nginx");
        assertThat(container.log().text(LogFile.OUTPUT)).contains("GET / HTTP/1.1");

        ContainerStats statistics = container.statistics();
        assertThat(statistics.getAttributes().getId()).isEqualTo(container.id());
        assertThat(statistics.getCpu().getTimestamp()).isPositive();
        assertThat(statistics.getWritableLayer().getUsedBytes().getValue()).isPositive();

        container.stop(10);
        ContainerStatus exited = container.status();
        assertThat(exited.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(exited.getExitCode())
                .as("nginx ends by its own stop signal, SIGQUIT")
                .isZero();
        assertThat(exited.getReason()).isEqualTo("Completed");
        assertThat(exited.getFinishedAt()).isGreaterThanOrEqualTo(exited.getStartedAt());

        container.remove();
        Refusal.of(container::status).is(Code.NOT_FOUND).saying(container.id());
        pod.stop();
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        pod.remove();
        Refusal.of(pod::status).is(Code.NOT_FOUND).saying(pod.id());
        NODE.removeImage(NODE.nginx());
        assertThat(NODE.client()
                        .images()
                        .imageStatus(ImageStatusRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(NODE.nginx()))
                                .build())
                        .hasImage())
                .isFalse();
    }

    @Test
    void theDaemonSaysWhoItIsAndThatItIsReady() {
        assertThat(NODE.client().runtime().version(VersionRequest.getDefaultInstance()))
                .satisfies(version -> {
                    assertThat(version.getRuntimeName()).isEqualTo("berth");
                    assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
                    assertThat(version.getRuntimeVersion()).isNotEmpty();
                });
        assertThat(NODE.client()
                        .runtime()
                        .status(StatusRequest.newBuilder().setVerbose(true).build())
                        .getStatus()
                        .getConditionsList())
                .filteredOn(condition -> condition.getType().endsWith("Ready"))
                .extracting(condition -> condition.getType() + " " + condition.getStatus())
                .contains("RuntimeReady true", "NetworkReady true");
    }
}
