package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.NamespaceMode;
import io.berth.proto.cri.v1.NamespaceOption;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NamespaceTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer sleeping(Pod pod, String name) {
        return pod.container(name, NODE.busybox()).command("sleep", "1000").start();
    }

    private static String namespace(PodContainer container, String kind) {
        return container.exec("readlink", "/proc/1/ns/" + kind);
    }

    private static String ours(String kind) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString();
    }

    @Test
    void containersOfAPodShareItsNamespacesAndNoneOfTheHosts() throws IOException {
        Pod pod = NODE.pod("sharing").run();
        PodContainer first = sleeping(pod, "first");
        PodContainer second = sleeping(pod, "second");
        for (String kind : new String[] {"net", "ipc", "uts"}) {
            assertThat(namespace(first, kind))
                    .as(kind)
                    .isEqualTo(namespace(second, kind))
                    .isNotEqualTo(ours(kind));
        }
        for (String kind : new String[] {"pid", "mnt", "cgroup"}) {
            assertThat(namespace(first, kind))
                    .as(kind)
                    .isNotEqualTo(namespace(second, kind))
                    .isNotEqualTo(ours(kind));
        }
    }

    @Test
    void aSharedProcessNamespaceShowsTheOtherContainers() {
        Pod pod = NODE.pod("together")
                .namespaces(options -> options.setPid(NamespaceMode.POD))
                .run();
        PodContainer first = sleeping(pod, "first");
        PodContainer second =
                pod.container("second", NODE.busybox()).command("sleep", "2000").start();
        String seen = first.shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
        assertThat(seen).contains("sleep 1000").contains("sleep 2000");
        assertThat(first.shell("echo $$")).isNotEqualTo("1");
        first.stop(0).remove();
        assertThat(second.exec("echo", "alive")).isEqualTo("alive");
    }

    @Test
    void orphansInASharedProcessNamespaceAreReaped() {
        Pod pod = NODE.pod("orphans")
                .namespaces(options -> options.setPid(NamespaceMode.POD))
                .run();
        PodContainer container = sleeping(pod, "main");
        container.shell("for i in 1 2 3 4 5; do (sleep 0.05 &) ; done; true");
        Waiting.until(
                "orphans to end",
                () -> container
                        .shell("cat /proc/[0-9]*/comm | sort | uniq -c | awk '$2 == \"sleep\" {print $1}'")
                        .equals("1"));
        assertThat(container.shell("cat /proc/[0-9]*/stat | awk '$3 == \"Z\"' | wc -l"))
                .isEqualTo("0");
    }

    @Test
    void theHostsProcessesAreSeenWhereAsked() {
        Pod pod = NODE.pod("watching")
                .namespaces(options -> options.setPid(NamespaceMode.NODE))
                .run();
        PodContainer container = sleeping(pod, "main");
        assertThat(container.exec("readlink", "/proc/self/ns/pid")).isNotEmpty();
        assertThat(container.shell("ls -d /proc/" + ProcessHandle.current().pid()))
                .isEqualTo("/proc/" + ProcessHandle.current().pid());
        container.stop(0);
    }

    @Test
    void aContainerJoinsTheProcessesOfItsTarget() {
        Pod pod = NODE.pod("debugged").run();
        PodContainer target = sleeping(pod, "target");
        PodContainer debugger = pod.container("debugger", NODE.busybox())
                .command("sleep", "3000")
                .security(context -> context.setNamespaceOptions(NamespaceOption.newBuilder()
                        .setPid(NamespaceMode.TARGET)
                        .setTargetId(target.id())))
                .start();
        assertThat(namespace(debugger, "pid")).isEqualTo(namespace(target, "pid"));
        assertThat(debugger.exec("cat", "/proc/1/cmdline")).contains("1000");
        // The target's end takes the whole process namespace with it.
        target.stop(0);
        debugger.awaitExit();
    }

    @Test
    void aTargetInAnotherPodIsRefused() {
        PodContainer target = sleeping(NODE.pod("one").run(), "target");
        var plan = NODE.pod("two")
                .run()
                .container("debugger", NODE.busybox())
                .command("true")
                .security(context -> context.setNamespaceOptions(NamespaceOption.newBuilder()
                        .setPid(NamespaceMode.TARGET)
                        .setTargetId(target.id())));
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying(target.id());
    }

    @Test
    void theHostsNetworkAndIpcAreSharedWhereAsked() throws IOException {
        Pod pod = NODE.pod("open")
                .hostNetwork()
                .namespaces(options -> options.setIpc(NamespaceMode.NODE))
                .run();
        PodContainer container = sleeping(pod, "main");
        assertThat(namespace(container, "net")).isEqualTo(ours("net"));
        assertThat(namespace(container, "ipc")).isEqualTo(ours("ipc"));
        assertThat(pod.address()).isEmpty();
        assertThat(pod.status().getLinux().getNamespaces().getOptions().getNetwork())
                .isEqualTo(NamespaceMode.NODE);
    }

    @Test
    void sharedMemoryIsThePodsAndIpcIsItsOwn() {
        Pod pod = NODE.pod("memory").run();
        PodContainer first = sleeping(pod, "first");
        PodContainer second = sleeping(pod, "second");
        first.shell("echo shared > /dev/shm/file");
        assertThat(second.exec("cat", "/dev/shm/file")).isEqualTo("shared");
        assertThat(second.shell("df -k /dev/shm | awk 'NR == 2 {print $2}'")).isEqualTo("65536");
        Pod other = NODE.pod("others-memory").run();
        assertThat(sleeping(other, "main").exec("ls", "/dev/shm")).isEmpty();
    }
}
