package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.berth.proto.cri.v1.Capability;
import io.berth.proto.cri.v1.IDMapping;
import io.berth.proto.cri.v1.Mount;
import io.berth.proto.cri.v1.RuntimeHandler;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.StatusResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UserNamespaceTest {
    private static final int FIRST = 300_000;
    private static final IDMapping IDS = IDMapping.newBuilder()
            .setHostId(FIRST)
            .setContainerId(0)
            .setLength(65_536)
            .build();

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodPlan mapped(String name) {
        return NODE.pod(name).userNamespace(FIRST);
    }

    private static PodContainer sleeping(Pod pod) {
        return pod.container("main", NODE.busybox()).command("sleep", "100").start();
    }

    @Test
    void rootInsideIsNobodyOutside() {
        PodContainer container = sleeping(mapped("mapped").run());
        assertThat(container.shell("cat /proc/self/uid_map").strip().split("\\s+"))
                .containsExactly("0", Integer.toString(FIRST), "65536");
        assertThat(container.shell(
                        "id -u; stat -c %u /bin /proc/1 /dev/null | sort -u; echo x > /file; stat -c %u /file"))
                .isEqualTo("0\n0\n65534\n0");
    }

    @Test
    void aVolumeWithMappingsBelongsToTheContainersRoot() throws IOException {
        Path volume = Files.createDirectories(NODE.logs().resolveSibling("mapped-volume"));
        PodContainer container = mapped("mapped-volume")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .with(config -> config.addMounts(Mount.newBuilder()
                        .setHostPath(volume.toString())
                        .setContainerPath("/volume")
                        .addUidMappings(IDS)
                        .addGidMappings(IDS)))
                .start();
        container.shell("echo x > /volume/file; chown 7:8 /volume/file");
        assertThat(Files.getAttribute(volume.resolve("file"), "unix:uid")).isEqualTo(7);
        assertThat(Files.getAttribute(volume.resolve("file"), "unix:gid")).isEqualTo(8);
    }

    @Test
    void aPodOnTheHostsNetworkHasTheHostsSysReadOnlyAndNoPowerOverTheNetwork() {
        PodContainer container = mapped("mapped-host")
                .hostNetwork()
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .security(context ->
                        context.setCapabilities(Capability.newBuilder().addAddCapabilities("ALL")))
                .start();
        assertThat(container.shell("readlink /proc/self/ns/net")).isEqualTo(networkOfThisProcess());
        assertThat(container.shell("id -u; ls /sys/class/net | grep -x lo; ls /sys/fs/cgroup/cgroup.procs"))
                .isEqualTo("0\nlo\n/sys/fs/cgroup/cgroup.procs");
        // None of what is below it may be written to either.
        assertThat(container.shell("grep ' /sys' /proc/self/mountinfo | cut -d' ' -f6 | cut -d, -f1 | sort -u"))
                .isEqualTo("ro");
        assertThat(container
                        .execSync(10, "ip", "link", "set", "lo", "mtu", "9000")
                        .getExitCode())
                .isNotZero();
    }

    private static String networkOfThisProcess() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void theRuntimeSaysWhatItCan() {
        StatusResponse status = NODE.client().runtime().status(StatusRequest.getDefaultInstance());
        assertThat(status.getFeatures().getSupplementalGroupsPolicy()).isTrue();
        assertThat(status.getFeatures().getUserNamespacesHostNetwork()).isTrue();
        assertThat(status.getFeatures().getMountOptions()).isTrue();
        assertThat(status.getRuntimeHandlersList())
                .isNotEmpty()
                .extracting(RuntimeHandler::getFeatures)
                .allMatch(features -> features.getUserNamespaces() && features.getRecursiveReadOnlyMounts());
    }
}
