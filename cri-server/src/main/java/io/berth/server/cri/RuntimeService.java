package io.berth.server.cri;

import com.google.protobuf.UnsafeByteOperations;
import io.berth.core.Runtime;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.status.RuntimeStatus;
import io.berth.proto.cri.v1.AttachRequest;
import io.berth.proto.cri.v1.AttachResponse;
import io.berth.proto.cri.v1.CgroupDriver;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.ContainerStatsRequest;
import io.berth.proto.cri.v1.ContainerStatsResponse;
import io.berth.proto.cri.v1.CreateContainerRequest;
import io.berth.proto.cri.v1.CreateContainerResponse;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.ExecResponse;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.GetEventsRequest;
import io.berth.proto.cri.v1.LinuxRuntimeConfiguration;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListContainerStatsResponse;
import io.berth.proto.cri.v1.ListMetricDescriptorsRequest;
import io.berth.proto.cri.v1.ListMetricDescriptorsResponse;
import io.berth.proto.cri.v1.ListPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.ListPodSandboxMetricsResponse;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.ListPodSandboxStatsResponse;
import io.berth.proto.cri.v1.PodSandboxStatsRequest;
import io.berth.proto.cri.v1.PodSandboxStatsResponse;
import io.berth.proto.cri.v1.PortForwardRequest;
import io.berth.proto.cri.v1.PortForwardResponse;
import io.berth.proto.cri.v1.RemoveContainerRequest;
import io.berth.proto.cri.v1.RemoveContainerResponse;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.RemovePodSandboxResponse;
import io.berth.proto.cri.v1.ReopenContainerLogRequest;
import io.berth.proto.cri.v1.ReopenContainerLogResponse;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.berth.proto.cri.v1.RunPodSandboxResponse;
import io.berth.proto.cri.v1.RuntimeConfigRequest;
import io.berth.proto.cri.v1.RuntimeConfigResponse;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.StartContainerRequest;
import io.berth.proto.cri.v1.StartContainerResponse;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.StatusResponse;
import io.berth.proto.cri.v1.StopContainerRequest;
import io.berth.proto.cri.v1.StopContainerResponse;
import io.berth.proto.cri.v1.StopPodSandboxRequest;
import io.berth.proto.cri.v1.StopPodSandboxResponse;
import io.berth.proto.cri.v1.StreamContainerStatsRequest;
import io.berth.proto.cri.v1.StreamContainerStatsResponse;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsResponse;
import io.berth.proto.cri.v1.StreamPodSandboxStatsRequest;
import io.berth.proto.cri.v1.StreamPodSandboxStatsResponse;
import io.berth.proto.cri.v1.UpdateContainerResourcesRequest;
import io.berth.proto.cri.v1.UpdateContainerResourcesResponse;
import io.berth.proto.cri.v1.UpdatePodSandboxResourcesRequest;
import io.berth.proto.cri.v1.UpdatePodSandboxResourcesResponse;
import io.berth.proto.cri.v1.UpdateRuntimeConfigRequest;
import io.berth.proto.cri.v1.UpdateRuntimeConfigResponse;
import io.berth.proto.cri.v1.VersionRequest;
import io.berth.proto.cri.v1.VersionResponse;
import io.berth.server.BuildInformation;
import io.berth.server.cri.mapping.ContainerMapping;
import io.berth.server.cri.mapping.Require;
import io.berth.server.cri.mapping.ResourcesMapping;
import io.berth.server.cri.mapping.SandboxMapping;
import io.berth.server.cri.mapping.StatusMapping;
import io.berth.server.logging.Fields;
import io.berth.server.streaming.StreamingServer;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.Supplier;

/** The CRI's RuntimeService over the core. */
public final class RuntimeService extends LaterCalls implements BindableService {
    private static final String KUBELET_API_VERSION = "0.1.0";
    private static final String CRI_VERSION = "v1";
    private static final String SANDBOX_ID = "pod_sandbox_id";
    private static final String CONTAINER_ID = "container_id";

    private final Runtime runtime;
    private final Supplier<Map<String, String>> information;
    private final StreamingCalls streaming;
    private final Calls calls;
    private final EventCalls events;
    private final StateCalls states;
    private final StatisticsCalls statistics;
    private final MetricCalls metrics;

    /**
     * A service over a runtime that somebody else closes.
     *
     * @param streams serves what Exec, Attach and PortForward ask for
     * @param information what verbose status answers show beside the core's: names and JSON texts
     */
    public RuntimeService(
            Runtime runtime, StreamingServer streams, Supplier<Map<String, String>> information, RpcExecutor executor) {
        this.runtime = runtime;
        this.streaming = new StreamingCalls(runtime, streams);
        this.information = information;
        this.calls = new Calls(executor);
        this.events = new EventCalls(runtime, executor);
        this.states = new StateCalls(runtime, calls);
        this.statistics = new StatisticsCalls(runtime, calls);
        this.metrics = new MetricCalls(runtime, calls);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return states.methods().in(RuntimeServiceGrpc.bindService(this));
    }

    // ---------------------------------------------------------------- the runtime itself

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
        calls.atOnce(
                observer,
                () -> VersionResponse.newBuilder()
                        .setVersion(KUBELET_API_VERSION)
                        .setRuntimeName(BuildInformation.NAME)
                        .setRuntimeVersion(BuildInformation.version())
                        .setRuntimeApiVersion(CRI_VERSION)
                        .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        calls.onThread("Status", observer, () -> {
            RuntimeStatus status = runtime.status();
            StatusResponse.Builder builder = StatusMapping.toCri(status);
            if (request.getVerbose()) {
                builder.putAllInfo(status.information()).putAllInfo(information.get());
            }
            return builder.build();
        });
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> observer) {
        calls.atOnce(
                observer,
                () -> RuntimeConfigResponse.newBuilder()
                        .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(CgroupDriver.CGROUPFS))
                        .build());
    }

    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> observer) {
        calls.onThread("UpdateRuntimeConfig", observer, () -> {
            String podCidr = request.getRuntimeConfig().getNetworkConfig().getPodCidr();
            if (!podCidr.isEmpty()) {
                runtime.updatePodCidr(podCidr);
            }
            return UpdateRuntimeConfigResponse.getDefaultInstance();
        });
    }

    // ---------------------------------------------------------------- pods

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
        calls.inTurn("RunPodSandbox", observer, () -> {
            Require.present(request.hasConfig(), "config");
            SandboxConfig config = SandboxMapping.toCore(request.getConfig(), "config");
            Fields.pod(config.metadata().namespace(), config.metadata().name());
            String id = runtime.runSandbox(config, request.getRuntimeHandler());
            Fields.sandbox(id);
            return RunPodSandboxResponse.newBuilder().setPodSandboxId(id).build();
        });
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
        calls.onThread("StopPodSandbox", observer, () -> {
            runtime.stopSandbox(sandboxId(request.getPodSandboxId()));
            return StopPodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
        calls.onThread("RemovePodSandbox", observer, () -> {
            runtime.removeSandbox(sandboxId(request.getPodSandboxId()));
            return RemovePodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> observer) {
        calls.onThread("UpdatePodSandboxResources", observer, () -> {
            runtime.updateSandboxResources(
                    sandboxId(request.getPodSandboxId()),
                    request.hasOverhead() ? ResourcesMapping.toCore(request.getOverhead(), "overhead") : null,
                    request.hasResources() ? ResourcesMapping.toCore(request.getResources(), "resources") : null);
            return UpdatePodSandboxResourcesResponse.getDefaultInstance();
        });
    }

    // ---------------------------------------------------------------- containers

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
        calls.inTurn("CreateContainer", observer, () -> {
            String sandboxId = sandboxId(request.getPodSandboxId());
            Require.present(request.hasConfig(), "config");
            SandboxConfig sandboxConfig = request.hasSandboxConfig()
                    ? SandboxMapping.toCore(request.getSandboxConfig(), "sandbox_config")
                    : runtime.sandbox(sandboxId).config();
            String id = runtime.createContainer(
                    sandboxId, ContainerMapping.toCore(request.getConfig(), "config"), sandboxConfig);
            Fields.container(id);
            return CreateContainerResponse.newBuilder().setContainerId(id).build();
        });
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
        calls.inTurn("StartContainer", observer, () -> {
            runtime.startContainer(containerId(request.getContainerId()));
            return StartContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
        calls.onThread("StopContainer", observer, () -> {
            runtime.stopContainer(
                    containerId(request.getContainerId()), Require.seconds(request.getTimeout(), "timeout"));
            return StopContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
        calls.onThread("RemoveContainer", observer, () -> {
            runtime.removeContainer(containerId(request.getContainerId()));
            return RemoveContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> observer) {
        calls.onThread("UpdateContainerResources", observer, () -> {
            String id = containerId(request.getContainerId());
            Require.present(request.hasLinux(), "linux");
            runtime.updateResources(id, ResourcesMapping.toCore(request.getLinux(), "linux"));
            return UpdateContainerResourcesResponse.getDefaultInstance();
        });
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> observer) {
        calls.onThread("ReopenContainerLog", observer, () -> {
            runtime.reopenLog(containerId(request.getContainerId()));
            return ReopenContainerLogResponse.getDefaultInstance();
        });
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
        calls.later(
                "ExecSync",
                observer,
                () -> runtime.execSync(
                                containerId(request.getContainerId()),
                                Require.notEmpty(request.getCmdList(), "cmd"),
                                Require.seconds(request.getTimeout(), "timeout"))
                        .thenApply(result -> ExecSyncResponse.newBuilder()
                                .setExitCode(result.exitCode())
                                .setStdout(UnsafeByteOperations.unsafeWrap(result.standardOutput()))
                                .setStderr(UnsafeByteOperations.unsafeWrap(result.standardError()))
                                .build()));
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> observer) {
        calls.onThread("Exec", observer, () -> streaming.exec(request));
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> observer) {
        calls.onThread("Attach", observer, () -> streaming.attach(request));
    }

    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> observer) {
        calls.onThread("PortForward", observer, () -> streaming.portForward(request));
    }

    // ---------------------------------------------------------------- usage

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        statistics.container(request, observer);
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> observer) {
        statistics.listContainers(request, observer);
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> observer) {
        statistics.streamContainers(request, observer);
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
        statistics.sandbox(request, observer);
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> observer) {
        statistics.listSandboxes(request, observer);
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> observer) {
        statistics.streamSandboxes(request, observer);
    }

    // ---------------------------------------------------------------- metrics and events

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> observer) {
        metrics.descriptors(observer);
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> observer) {
        metrics.list(observer);
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        metrics.stream(observer);
    }

    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
        events.subscribe(observer);
    }

    /** The subscribers of events; closed before a stop waits for calls to end. */
    public EventCalls events() {
        return events;
    }

    /** The id of a request that works on a sandbox, named in every log line from here on. */
    private static String sandboxId(String id) {
        Fields.sandbox(Require.text(id, SANDBOX_ID));
        return id;
    }

    /** The id of a request that works on a container, named in every log line from here on. */
    private static String containerId(String id) {
        Fields.container(Require.text(id, CONTAINER_ID));
        return id;
    }
}
