package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.IOPrioClass;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxNetDevice;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerPolicy;
import io.berth.proto.nri.v1alpha1.MpolMode;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What plugins set beyond limits: priorities, memory policies, network devices. */
class HostSettingsTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static TestPlugin setting(Consumer<LinuxContainerAdjustment.Builder> settings) {
        return TestPlugin.connect(NODE.daemon().config().nriSocket())
                .handle("CreateContainer", call -> {
                    CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
                    settings.accept(response.getAdjustBuilder().getLinuxBuilder());
                    return response.build();
                })
                .join("10", "settings");
    }

    @Test
    void prioritiesHoldForTheProcessAndForExecs() {
        try (TestPlugin plugin = setting(linux -> {
            linux.getIoPriorityBuilder().setClass_(IOPrioClass.IOPRIO_CLASS_BE).setPriority(6);
            linux.getSchedulerBuilder()
                    .setPolicy(LinuxSchedulerPolicy.SCHED_BATCH)
                    .setNice(9);
            linux.getMemoryPolicyBuilder().setMode(MpolMode.MPOL_DEFAULT);
        })) {
            PodContainer container = NODE.pod("scheduled")
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            // nice and policy are the fields 19 and 41.
            assertThat(container.shell(
                            "cut -d' ' -f19,41 /proc/1/stat; ionice -p 1; cut -d' ' -f19,41 /proc/self/stat"))
                    .isEqualTo("9 3\nbest-effort: prio 6\n9 3");
            assertThat(plugin.isClosed()).isFalse();
        }
    }

    @Test
    void aNetworkDeviceMovesIntoThePodWithItsAddressAndStaysForTheNextContainer() {
        var _ = Command.output("ip", "link", "add", "nri-dev0", "type", "veth", "peer", "name", "nri-dev1");
        try (TestPlugin plugin = setting(linux -> linux.putNetDevices(
                "nri-dev0", LinuxNetDevice.newBuilder().setName("fast0").build()))) {
            var _ = Command.output("ip", "address", "add", "192.0.2.9/24", "dev", "nri-dev0");
            Pod pod = NODE.pod("wired").run();
            PodContainer container = pod.container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            assertThat(container.shell("ip -o address show fast0")).contains("inet 192.0.2.9/24");
            container.stop(0).remove();
            PodContainer next = pod.container("next", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            assertThat(next.shell("cat /sys/class/net/fast0/flags")).endsWith("3");
            assertThat(plugin.isClosed()).isFalse();
            next.stop(0).remove();
            pod.stop().remove();
        } finally {
            // Its end went with the pod's namespace.
            var _ = Command.run("ip", "link", "delete", "nri-dev1");
        }
    }

    @Test
    void aNetworkDeviceThatIsNotThereFailsTheContainer() {
        try (TestPlugin plugin =
                setting(linux -> linux.putNetDevices("nri-none", LinuxNetDevice.getDefaultInstance()))) {
            var plan = NODE.pod("unwired").run().container("main", NODE.busybox());
            Refusal.of(plan::create).saying("nri-none", "there is no such device");
            assertThat(plugin.isClosed()).isFalse();
        }
    }
}
