package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.CDIDevice;
import io.berth.proto.cri.v1.Capability;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices by the Container Device Interface: what vendors' files say is in the container. */
class CdiDeviceTest {

    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with(
            "cdi",
            "directories",
            "[" + DaemonConfig.text(config.directory() + "/cdi") + ", "
                    + DaemonConfig.text(config.directory() + "/absent") + "]"));

    private Path directory = Path.of("/");
    private Path library = Path.of("/");

    @BeforeEach
    void aVendorsFile() throws IOException {
        directory = Files.createDirectories(NODE.logs().resolveSibling("cdi"));
        library = Files.createDirectories(NODE.logs().resolveSibling("library"));
        Files.writeString(library.resolve("version"), "7\n");
        Files.writeString(directory.resolve("vendor.yaml"), """
                cdiVersion: 0.7.0
                kind: vendor.com/log
                containerEdits:
                  env: [VENDOR_LOG=all]
                  mounts:
                  - hostPath: %s
                    containerPath: /usr/lib/vendor
                    options: [ro, nosuid, nodev, rbind, rprivate]
                devices:
                - name: reader
                  containerEdits:
                    env: [VENDOR_READER=yes]
                    deviceNodes:
                    - {path: /dev/vendor/log0, hostPath: /dev/kmsg, permissions: r}
                    additionalGids: [4711]
                - name: sink
                  containerEdits:
                    deviceNodes:
                    - {path: /dev/vendor/sink, hostPath: /dev/null}
                - name: hooked
                  containerEdits:
                    hooks:
                    - {hookName: createContainer, path: /bin/sh, args: [sh, -c, "echo hooked > %s/hooked"]}
                """.formatted(library, library));
    }

    @AfterEach
    void removeIt() throws IOException {
        Files.deleteIfExists(directory.resolve("vendor.yaml"));
        Files.deleteIfExists(library.resolve("hooked"));
    }

    private static ContainerPlan plan() {
        return NODE.pod("cdi")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .security(context ->
                        context.setCapabilities(Capability.newBuilder().addAddCapabilities("SYSLOG")));
    }

    private static ContainerPlan with(String... names) {
        ContainerPlan plan = plan();
        for (String name : names) {
            plan.with(config -> config.addCDIDevices(CDIDevice.newBuilder().setName(name)));
        }
        return plan;
    }

    private static void hasTheReader(PodContainer container) {
        assertThat(
                        container.shell(
                                "stat -c '%F %t:%T' /dev/vendor/log0; echo $VENDOR_LOG $VENDOR_READER; "
                                        + "cat /usr/lib/vendor/version; grep ' /usr/lib/vendor ' /proc/self/mountinfo | cut -d' ' -f6; id -G"))
                .isEqualTo("character special file 1:b\nall yes\n7\nro,nosuid,nodev,relatime\n0 4711");
    }

    @Test
    void theContainerSeesTheDevicesNodeTheMountAndTheVariables() {
        PodContainer container = with("vendor.com/log=reader").start();
        hasTheReader(container);
        assertThat(container.shell("test -e /dev/vendor/sink || echo absent")).isEqualTo("absent");
        assertThat(container.status().getUser().getLinux().getSupplementalGroupsList())
                .contains(4711L);
    }

    @Test
    void thePermissionsOfTheFileHold() {
        assumeThat(NODE.daemon().log()).doesNotContain("takes no device filter");
        PodContainer container = with("vendor.com/log=reader").start();
        assertThat(container.execSync(10, "sh", "-c", ": < /dev/vendor/log0").getExitCode())
                .isZero();
        assertThat(container.execSync(10, "sh", "-c", ": > /dev/vendor/log0").getExitCode())
                .isNotZero();
    }

    @Test
    void aHookOfTheFileIsRun() {
        PodContainer container = with("vendor.com/log=hooked").create();
        assertThat(library.resolve("hooked")).doesNotExist();
        container.start();
        assertThat(container.shell("cat /usr/lib/vendor/hooked")).isEqualTo("hooked");
    }

    @Test
    void anAnnotationOfTheContainerAsksForThem() {
        hasTheReader(plan().with(config -> config.putAnnotations("cdi.k8s.io/vendor_0", "vendor.com/log=reader"))
                .start());
    }

    @Test
    void inAUserNamespaceTheHostsNodeIsBound() {
        PodContainer container = NODE.pod("cdi-mapped")
                .userNamespace(500_000)
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .with(config -> config.addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/log=sink")))
                .start();
        assertThat(container.shell("echo gone > /dev/vendor/sink; stat -c %t:%T /dev/vendor/sink; "
                        + "stat -c %u /usr/lib/vendor/version"))
                .isEqualTo("1:3\n0");
    }

    @Test
    void aFileThatComesLaterIsSeen() throws IOException {
        Path later = directory.resolve("later.json");
        try {
            Files.writeString(later, """
                    {"cdiVersion": "0.3.0", "kind": "later.com/x",
                     "devices": [{"name": "a", "containerEdits": {"env": ["LATER=1"]}}]}""");
            assertThat(with("later.com/x=a").start().shell("echo $LATER")).isEqualTo("1");
        } finally {
            Files.deleteIfExists(later);
        }
    }

    @Test
    void whatIsNotThereIsNamed() {
        ContainerPlan unknown = with("vendor.com/log=writer");
        Refusal.of(unknown::create)
                .is(Code.NOT_FOUND)
                .saying(
                        "vendor.com/log=writer",
                        directory.toString(),
                        "/absent (which is not there)",
                        "hooked, reader, sink");
        ContainerPlan noName = with("vendor.com/log");
        Refusal.of(noName::create).is(Code.INVALID_ARGUMENT).saying("CDI_devices", "vendor.com/log");
    }

    @Test
    void aVendorsFileThatSaysNonsenseIsNamed() throws IOException {
        Files.writeString(directory.resolve("vendor.yaml"), "kind: [");
        ContainerPlan plan = with("vendor.com/log=reader");
        Refusal.of(plan::create).is(Code.NOT_FOUND).saying("vendor.yaml cannot be used: ");
    }
}
