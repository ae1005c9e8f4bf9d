package io.berth.server.daemon;

import io.berth.proto.cri.v1.ContainerConfig;
import io.berth.proto.cri.v1.ContainerMetadata;
import io.berth.proto.cri.v1.ContainerStatusRequest;
import io.berth.proto.cri.v1.CreateContainerRequest;
import io.berth.proto.cri.v1.DNSConfig;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.Image;
import io.berth.proto.cri.v1.ImageFsInfoRequest;
import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.LinuxContainerConfig;
import io.berth.proto.cri.v1.LinuxContainerSecurityContext;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxMetadata;
import io.berth.proto.cri.v1.PodSandboxStatusRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.RemoveContainerRequest;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.SecurityProfile;
import io.berth.proto.cri.v1.StartContainerRequest;
import io.berth.proto.cri.v1.StopContainerRequest;
import io.berth.proto.cri.v1.StopPodSandboxRequest;
import io.berth.server.client.UnixClient;
import io.berth.server.node.NodeCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A day in the daemon's life in a second: one pod with one container, from the carried image, with everything that a
 * kubelet asks, and two pulls. {@code packaging/make-class-archive} has it run (system property
 * {@code berth.rehearse}), so that the virtual machine writes down the classes that serving needs; the daemon then
 * ends. Never part of a normal start.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** In the registry that {@code make-class-archive} starts beside it, over HTTP and over HTTPS. */
    private static final List<String> IMAGES = List.of("localhost:5000/rehearsal:1", "localhost:5443/rehearsal:1");

    private Rehearsal() {}

    static boolean isWanted() {
        return Boolean.getBoolean("berth.rehearse");
    }

    /** Plays it as far as this machine lets it: a step that fails is logged and ends the play. */
    static void play(Path socket, Path directory) {
        try (UnixClient client = UnixClient.connect(socket)) {
            playPod(client, directory);
            NodeCommands commands = new NodeCommands(socket);
            LOG.info("{}{}", commands.pulls(), commands.imageTree());
            for (String image : IMAGES) {
                client.call(
                        ImageServiceGrpc.getPullImageMethod(),
                        PullImageRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(image))
                                .build());
            }
            LOG.info("rehearsal ended");
        } catch (IOException | NodeCommands.Failure e) {
            LOG.info("rehearsal ended early: {}", e.getMessage());
        }
    }

    private static void playPod(UnixClient client, Path directory) throws IOException {
        Image image = client
                .call(ImageServiceGrpc.getListImagesMethod(), ListImagesRequest.getDefaultInstance())
                .getImagesList()
                .stream()
                .findFirst()
                .orElseThrow(() -> new IOException("there is no image"));
        PodSandboxConfig.Builder pod = PodSandboxConfig.newBuilder()
                .setLogDirectory(directory.toString())
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("rehearsal")
                        .setNamespace("berth")
                        .setUid("rehearsal"))
                .setDnsConfig(DNSConfig.newBuilder().addServers("127.0.0.1"));
        String sandbox = client.call(
                        RuntimeServiceGrpc.getRunPodSandboxMethod(),
                        RunPodSandboxRequest.newBuilder().setConfig(pod).build())
                .getPodSandboxId();
        String container = client.call(
                        RuntimeServiceGrpc.getCreateContainerMethod(),
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .setConfig(container(image))
                                .setSandboxConfig(pod)
                                .build())
                .getContainerId();
        client.call(
                RuntimeServiceGrpc.getStartContainerMethod(),
                StartContainerRequest.newBuilder().setContainerId(container).build());
        client.call(
                RuntimeServiceGrpc.getExecSyncMethod(),
                ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addCmd("/hello")
                        .addCmd("true")
                        .setTimeout(1)
                        .build());
        look(client, sandbox, container, image);
        client.call(
                RuntimeServiceGrpc.getStopContainerMethod(),
                StopContainerRequest.newBuilder()
                        .setContainerId(container)
                        .setTimeout(1)
                        .build());
        client.call(
                RuntimeServiceGrpc.getRemoveContainerMethod(),
                RemoveContainerRequest.newBuilder().setContainerId(container).build());
        client.call(
                RuntimeServiceGrpc.getStopPodSandboxMethod(),
                StopPodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build());
        client.call(
                RuntimeServiceGrpc.getRemovePodSandboxMethod(),
                RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build());
    }

    private static ContainerConfig container(Image image) {
        SecurityProfile seccomp = SecurityProfile.newBuilder()
                .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)
                .build();
        return ContainerConfig.newBuilder()
                .setLogPath("rehearsal.log")
                .setMetadata(ContainerMetadata.newBuilder().setName("rehearsal"))
                .setImage(ImageSpec.newBuilder().setImage(image.getId()))
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setSecurityContext(
                                LinuxContainerSecurityContext.newBuilder().setSeccomp(seccomp)))
                .build();
    }

    private static void look(UnixClient client, String sandbox, String container, Image image) throws IOException {
        client.call(
                RuntimeServiceGrpc.getPodSandboxStatusMethod(),
                PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .setVerbose(true)
                        .build());
        client.call(
                RuntimeServiceGrpc.getContainerStatusMethod(),
                ContainerStatusRequest.newBuilder()
                        .setContainerId(container)
                        .setVerbose(true)
                        .build());
        client.call(RuntimeServiceGrpc.getListContainerStatsMethod(), ListContainerStatsRequest.getDefaultInstance());
        client.call(RuntimeServiceGrpc.getListPodSandboxStatsMethod(), ListPodSandboxStatsRequest.getDefaultInstance());
        client.call(ImageServiceGrpc.getImageFsInfoMethod(), ImageFsInfoRequest.getDefaultInstance());
        client.call(
                ImageServiceGrpc.getImageStatusMethod(),
                ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image.getId()))
                        .setVerbose(true)
                        .build());
    }
}
