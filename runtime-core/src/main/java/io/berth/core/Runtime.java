package io.berth.core;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that can be done with sandboxes and containers. Safe for any number of threads. Operations on one sandbox or
 * container wait for each other, with a deadline; nothing else does. Every id may be a unique prefix. Each method
 * throws {@link BerthException} and nothing else on purpose.
 */
@SuppressWarnings("AvoidCommonTypeNames") // in this house a runtime is a container runtime
public interface Runtime extends AutoCloseable {

    /** Makes a sandbox and brings it up, whole or not at all; returns its id. */
    String runSandbox(SandboxConfig config, String runtimeHandler);

    /** Stops the sandbox's containers, its network and its shim. Done already, or unknown: nothing happens. */
    void stopSandbox(String id);

    /** Stops the sandbox, removes its containers and itself. Unknown: nothing happens. */
    void removeSandbox(String id);

    /** The sandbox as it is now; NOT_FOUND when there is none, INVALID_ARGUMENT when a prefix fits several. */
    Sandbox sandbox(String id);

    /** All sandboxes as they are now, from memory. */
    List<Sandbox> sandboxes();

    /** Records new pod-level resources; the pod's cgroup itself is its maker's (the kubelet's). */
    void updateSandboxResources(String id, @Nullable LinuxResources overhead, @Nullable LinuxResources resources);

    /** Makes a container ready to start; returns its id. */
    String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandboxConfig);

    /** Starts a container that was created and never started. */
    void startContainer(String id);

    /**
     * Sends the stop signal, waits, then kills all of the container. Stopped already, or unknown: nothing happens.
     *
     * @param grace how long to wait before the kill; zero: no stop signal is sent at all
     */
    void stopContainer(String id, Duration grace);

    /** Removes a container, killing it when it runs. Unknown: nothing happens. */
    void removeContainer(String id);

    /** The container as it is now; NOT_FOUND when there is none, INVALID_ARGUMENT when a prefix fits several. */
    Container container(String id);

    /** All containers as they are now, from memory. */
    List<Container> containers();

    /** The containers of a sandbox as they are now, the newest first, from memory; none where there is no sandbox. */
    List<Container> containersOf(String sandboxId);

    /**
     * Runs a command in a running container to its end, without waiting for it. What hangs on the answer runs on the
     * thread that serves all shims, and must not block.
     *
     * @param timeout after which the command and all its children are killed and the answer is DEADLINE_EXCEEDED; zero:
     *     none
     * @return fails with {@link BerthException}
     */
    CompletionStage<ExecResult> execSync(String id, List<String> command, Duration timeout);

    /** Execs with streams, attached clients, forwarded ports. */
    Streams streams();

    /** Sets what is said in the limits and leaves the rest; all or nothing. */
    void updateResources(String id, LinuxResources resources);

    /** Opens the log file anew, after it was rotated away. */
    void reopenLog(String id);

    ContainerStatistics containerStatistics(String id);

    List<ContainerStatistics> containerStatistics(Predicate<Container> filter);

    SandboxStatistics sandboxStatistics(String id);

    List<SandboxStatistics> sandboxStatistics(Predicate<Sandbox> filter);

    /** More about a sandbox for verbose answers: names and JSON texts ("info" holds pid, config, ...). */
    Map<String, String> sandboxInformation(String id);

    /** More about a container for verbose answers: names and JSON texts ("info" holds pid, runtimeSpec, ...). */
    Map<String, String> containerInformation(String id);

    /** What is measured of all pods that are up and of their running containers, for monitoring systems. */
    List<PodMetrics> metrics();

    /**
     * Tells that listener of everything that happens to sandboxes and containers from now on, in order. It is called
     * where things happen: it must put them aside and return at once.
     */
    Events.Subscription events(Consumer<ContainerEvent> listener);

    RuntimeStatus status();

    /** The node's pod address range, as the kubelet was told it. */
    void updatePodCidr(String podCidr);

    /** Leaves the daemon's side: every pod and container goes on running under its shim. */
    @Override
    void close();
}
