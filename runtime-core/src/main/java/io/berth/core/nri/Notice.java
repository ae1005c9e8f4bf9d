package io.berth.core.nri;

import com.google.protobuf.MessageLite;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.Event;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.PostCreateContainerRequest;
import io.berth.proto.nri.v1alpha1.PostStartContainerRequest;
import io.berth.proto.nri.v1alpha1.PostUpdateContainerRequest;
import io.berth.proto.nri.v1alpha1.PostUpdatePodSandboxRequest;
import io.berth.proto.nri.v1alpha1.RemoveContainerRequest;
import io.berth.proto.nri.v1alpha1.RemovePodSandboxRequest;
import io.berth.proto.nri.v1alpha1.RunPodSandboxRequest;
import io.berth.proto.nri.v1alpha1.StartContainerRequest;
import io.berth.proto.nri.v1alpha1.StateChangeEvent;
import io.berth.proto.nri.v1alpha1.StopPodSandboxRequest;
import io.berth.proto.nri.v1alpha1.UpdatePodSandboxRequest;

/**
 * An event whose answer says nothing but yes.
 *
 * @param method the plugin's method for it
 * @param request its argument
 * @param older the same as plugins take it that do not know the method
 */
public record Notice(Event event, String method, MessageLite request, StateChangeEvent older) {
    private static Notice of(Event event, String method, MessageLite request, PodSandbox pod) {
        return new Notice(
                event,
                method,
                request,
                StateChangeEvent.newBuilder().setEvent(event).setPod(pod).build());
    }

    private static Notice of(Event event, String method, MessageLite request, PodSandbox pod, Container container) {
        return new Notice(
                event,
                method,
                request,
                StateChangeEvent.newBuilder()
                        .setEvent(event)
                        .setPod(pod)
                        .setContainer(container)
                        .build());
    }

    public static Notice runPod(PodSandbox pod) {
        return of(
                Event.RUN_POD_SANDBOX,
                "RunPodSandbox",
                RunPodSandboxRequest.newBuilder().setPod(pod).build(),
                pod);
    }

    public static Notice updatePod(PodSandbox pod, LinuxResources overhead, LinuxResources resources) {
        return of(
                Event.UPDATE_POD_SANDBOX,
                "UpdatePodSandbox",
                UpdatePodSandboxRequest.newBuilder()
                        .setPod(pod)
                        .setOverheadLinuxResources(overhead)
                        .setLinuxResources(resources)
                        .build(),
                pod);
    }

    public static Notice updatedPod(PodSandbox pod) {
        return of(
                Event.POST_UPDATE_POD_SANDBOX,
                "PostUpdatePodSandbox",
                PostUpdatePodSandboxRequest.newBuilder().setPod(pod).build(),
                pod);
    }

    public static Notice stopPod(PodSandbox pod) {
        return of(
                Event.STOP_POD_SANDBOX,
                "StopPodSandbox",
                StopPodSandboxRequest.newBuilder().setPod(pod).build(),
                pod);
    }

    public static Notice removePod(PodSandbox pod) {
        return of(
                Event.REMOVE_POD_SANDBOX,
                "RemovePodSandbox",
                RemovePodSandboxRequest.newBuilder().setPod(pod).build(),
                pod);
    }

    public static Notice created(PodSandbox pod, Container container) {
        return of(
                Event.POST_CREATE_CONTAINER,
                "PostCreateContainer",
                PostCreateContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build(),
                pod,
                container);
    }

    public static Notice start(PodSandbox pod, Container container) {
        return of(
                Event.START_CONTAINER,
                "StartContainer",
                StartContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build(),
                pod,
                container);
    }

    public static Notice started(PodSandbox pod, Container container) {
        return of(
                Event.POST_START_CONTAINER,
                "PostStartContainer",
                PostStartContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build(),
                pod,
                container);
    }

    public static Notice updated(PodSandbox pod, Container container) {
        return of(
                Event.POST_UPDATE_CONTAINER,
                "PostUpdateContainer",
                PostUpdateContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build(),
                pod,
                container);
    }

    public static Notice remove(PodSandbox pod, Container container) {
        return of(
                Event.REMOVE_CONTAINER,
                "RemoveContainer",
                RemoveContainerRequest.newBuilder()
                        .setPod(pod)
                        .setContainer(container)
                        .build(),
                pod,
                container);
    }
}
