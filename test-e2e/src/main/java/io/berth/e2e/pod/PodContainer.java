package io.berth.e2e.pod;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ContainerStatsRequest;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.ContainerStatusRequest;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.berth.proto.cri.v1.RemoveContainerRequest;
import io.berth.proto.cri.v1.ReopenContainerLogRequest;
import io.berth.proto.cri.v1.StartContainerRequest;
import io.berth.proto.cri.v1.StopContainerRequest;
import io.berth.proto.cri.v1.UpdateContainerResourcesRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A container that was created. */
public record PodContainer(CriClient client, String id, Path logPath) {
    public PodContainer start() {
        client.runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
        return this;
    }

    public ContainerStatus status() {
        return client.runtime()
                .containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    public ContainerState state() {
        return status().getState();
    }

    /** Waits for the container's end. */
    public ContainerStatus awaitExit() {
        return Waiting.untilPresent(
                "the end of container " + id,
                () -> Optional.of(status()).filter(status -> status.getState() == ContainerState.CONTAINER_EXITED));
    }

    /**
     * Asks the container to end, and ends it when it does not.
     *
     * @param graceSeconds how long it may take to end by itself
     */
    public PodContainer stop(long graceSeconds) {
        client.runtime()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(graceSeconds)
                        .build());
        return this;
    }

    public void remove() {
        client.runtime()
                .removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    /** Runs a command to its end. */
    public ExecSyncResponse execSync(long timeoutSeconds, String... command) {
        return client.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(timeoutSeconds)
                        .addAllCmd(List.of(command))
                        .build());
    }

    /**
     * Runs a command that must succeed; returns its standard output without the last line's end.
     *
     * @throws IllegalStateException when it does not
     */
    public String exec(String... command) {
        ExecSyncResponse response = execSync(30, command);
        if (response.getExitCode() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": exit code " + response.getExitCode() + ": "
                    + response.getStderr().toString(StandardCharsets.UTF_8));
        }
        return response.getStdout().toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** As {@link #exec}, for a script. */
    public String shell(String script) {
        return exec("/bin/sh", "-c", script);
    }

    public ContainerStats statistics() {
        return client.runtime()
                .containerStats(
                        ContainerStatsRequest.newBuilder().setContainerId(id).build())
                .getStats();
    }

    /** Changes its limits while it is there. */
    public PodContainer update(Consumer<LinuxContainerResources.Builder> limits) {
        LinuxContainerResources.Builder linux = LinuxContainerResources.newBuilder();
        limits.accept(linux);
        client.runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(id)
                        .setLinux(linux)
                        .build());
        return this;
    }

    public void reopenLog() {
        client.runtime()
                .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                        .setContainerId(id)
                        .build());
    }

    /** The log as it stands. */
    public LogFile log() {
        return LogFile.read(logPath);
    }

    /** What the container has written to standard output, once it has ended. */
    public String output() {
        awaitExit();
        return log().text(LogFile.OUTPUT);
    }

    /** Waits for a line in the log. */
    public void awaitLogLine(String text) {
        Waiting.until(
                "a line \"" + text + "\" in " + logPath,
                () -> log().lines().stream().anyMatch(line -> line.content().equals(text)));
    }
}
