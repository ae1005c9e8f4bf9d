package io.berth.server.daemon;

import io.berth.core.Runtime;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ExecResult;
import io.berth.core.error.BerthException;
import io.berth.core.event.ContainerEvent;
import io.berth.core.event.Events;
import io.berth.core.metric.PodMetrics;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.core.status.RuntimeStatus;
import io.berth.core.stream.Streams;
import io.berth.server.streaming.NoStreams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A runtime that has what it was given, notes what it was asked and runs nothing. */
final class FakeRuntime implements Runtime {
    final List<Sandbox> sandboxes = new ArrayList<>();
    final List<Container> containers = new ArrayList<>();
    final Events events = new Events();
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    /** Stops wait for this one. */
    final CountDownLatch stops = new CountDownLatch(1);

    /** Thrown by starts. */
    RuntimeException failure = BerthException.notFound("there is no such container");

    @Override
    public String runSandbox(SandboxConfig config, String runtimeHandler) {
        calls.add(
                "run " + config.metadata().name() + " " + Thread.currentThread().getName());
        return "5".repeat(64);
    }

    @Override
    public void stopSandbox(String id) {
        calls.add("stop " + id);
        try {
            if (!stops.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let it go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Streams streams() {
        return new NoStreams();
    }

    @Override
    public void removeSandbox(String id) {
        calls.add("remove " + id);
    }

    @Override
    public Sandbox sandbox(String id) {
        calls.add("sandbox " + Thread.currentThread().getName());
        return sandboxes.stream()
                .filter(sandbox -> sandbox.id().equals(id))
                .findFirst()
                .orElseThrow(() -> BerthException.notFound("there is no sandbox " + id));
    }

    @Override
    public List<Sandbox> sandboxes() {
        return sandboxes;
    }

    @Override
    public void updateSandboxResources(
            String id, @Nullable LinuxResources overhead, @Nullable LinuxResources resources) {
        calls.add("update sandbox " + id);
    }

    @Override
    public String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandboxConfig) {
        calls.add("create " + config.metadata().name());
        return "c".repeat(64);
    }

    @Override
    public void startContainer(String id) {
        throw failure;
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        calls.add("stop container " + id + " " + grace);
    }

    @Override
    public void removeContainer(String id) {
        calls.add("remove container " + id);
    }

    @Override
    public Container container(String id) {
        throw failure;
    }

    @Override
    public List<Container> containers() {
        return containers;
    }

    @Override
    public List<Container> containersOf(String sandboxId) {
        return containers.stream()
                .filter(container -> container.sandboxId().equals(sandboxId))
                .toList();
    }

    @Override
    public CompletionStage<ExecResult> execSync(String id, List<String> command, Duration timeout) {
        return CompletableFuture.completedStage(new ExecResult(
                3,
                String.join(" ", command).getBytes(StandardCharsets.UTF_8),
                timeout.toString().getBytes(StandardCharsets.UTF_8),
                false));
    }

    @Override
    public void updateResources(String id, LinuxResources resources) {
        calls.add("update " + id);
    }

    @Override
    public void reopenLog(String id) {
        calls.add("reopen " + id);
    }

    @Override
    public ContainerStatistics containerStatistics(String id) {
        throw failure;
    }

    @Override
    public List<ContainerStatistics> containerStatistics(Predicate<Container> filter) {
        return containers.stream()
                .filter(filter)
                .map(container -> new ContainerStatistics(container, null, null, null, null, null))
                .toList();
    }

    @Override
    public SandboxStatistics sandboxStatistics(String id) {
        throw failure;
    }

    @Override
    public List<SandboxStatistics> sandboxStatistics(Predicate<Sandbox> filter) {
        return List.of();
    }

    @Override
    public Map<String, String> sandboxInformation(String id) {
        return Map.of("info", "{\"pid\":1}");
    }

    @Override
    public Map<String, String> containerInformation(String id) {
        return Map.of();
    }

    @Override
    public List<PodMetrics> metrics() {
        return List.of();
    }

    @Override
    public Events.Subscription events(Consumer<ContainerEvent> listener) {
        return events.subscribe(listener);
    }

    @Override
    public RuntimeStatus status() {
        return new RuntimeStatus(List.of(), Map.of("core", "{}"), List.of(), true, true, true);
    }

    @Override
    public void updatePodCidr(String podCidr) {
        calls.add("cidr " + podCidr);
    }

    @Override
    public void close() {}
}
