package io.berth.core.nri.adjust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.KeyValue;
import io.berth.proto.nri.v1alpha1.Mount;
import io.berth.proto.nri.v1alpha1.OptionalInt64;
import io.berth.proto.nri.v1alpha1.OptionalUInt64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AdjustmentCollectorTest {
    private final AdjustmentCollector collector = new AdjustmentCollector(Container.newBuilder()
            .setId("c1")
            .putAnnotations("there", "before")
            .addEnv("PATH=/bin")
            .addEnv("EMPTY")
            .addMounts(mount("/data", "/host/data"))
            .addArgs("sleep")
            .build());

    private static Mount mount(String destination, String source) {
        return Mount.newBuilder().setDestination(destination).setSource(source).build();
    }

    private static KeyValue variable(String key, String value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private void adjust(String plugin, Consumer<ContainerAdjustment.Builder> change) {
        CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
        change.accept(response.getAdjustBuilder());
        collector.apply(response.build(), plugin);
    }

    @Test
    void eachPluginSeesWhatThoseBeforeItMadeOfTheContainer() {
        adjust(
                "10-a",
                adjustment -> adjustment
                        .putAnnotations("new", "1")
                        .addEnv(variable("NEW", "2"))
                        .addMounts(mount("/data", "/elsewhere"))
                        .addArgs("echo"));
        Container view = collector.view();
        assertThat(view.getAnnotationsMap()).containsEntry("there", "before").containsEntry("new", "1");
        assertThat(view.getEnvList()).containsExactly("PATH=/bin", "EMPTY=", "NEW=2");
        assertThat(view.getMountsList()).containsExactly(mount("/data", "/elsewhere"));
        assertThat(view.getArgsList()).containsExactly("echo");
    }

    @Test
    void whatIsMarkedIsRemovedAndTheMarkIsPassedOn() {
        adjust(
                "10-a",
                adjustment -> adjustment
                        .putAnnotations("-there", "")
                        .addEnv(variable("-PATH", ""))
                        .addMounts(mount("-/data", "")));
        Container view = collector.view();
        assertThat(view.getAnnotationsMap()).isEmpty();
        assertThat(view.getEnvList()).containsExactly("EMPTY=");
        assertThat(view.getMountsList()).isEmpty();
        ContainerAdjustment all = collector.adjustment();
        assertThat(all.getAnnotationsMap()).containsKey("-there");
        assertThat(all.getEnvList()).extracting(KeyValue::getKey).containsExactly("-PATH");
        assertThat(all.getMountsList()).extracting(Mount::getDestination).containsExactly("-/data");
    }

    @Test
    void twoPluginsThatSetTheSameContendAndBothAreNamed() {
        adjust("10-a", adjustment -> adjustment.addEnv(variable("X", "1")));
        assertThatThrownBy(() -> adjust("20-b", adjustment -> adjustment.addEnv(variable("X", "2"))))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("10-a")
                .hasMessageContaining("20-b")
                .hasMessageContaining("Env \"X\"")
                .hasMessageContaining("c1");
    }

    @Test
    void aPluginCanRemoveWhatAnotherSetAndSetItAnew() {
        adjust("10-a", adjustment -> adjustment.addEnv(variable("X", "1")));
        adjust("20-b", adjustment -> adjustment.addEnv(variable("-X", "")).addEnv(variable("X", "2")));
        assertThat(collector.view().getEnvList()).contains("X=2").doesNotContain("X=1");
        assertThat(collector.adjustment().getEnvList()).containsExactly(variable("-X", ""), variable("X", "2"));
        assertThat(collector.owners().of("c1", Field.Env, "X")).contains("20-b");
    }

    @Test
    void argumentsAreTakenOverWithAnEmptyFirstOneOnly() {
        adjust("10-a", adjustment -> adjustment.addArgs("one"));
        assertThatThrownBy(() -> adjust("20-b", adjustment -> adjustment.addArgs("two")))
                .hasMessageContaining("Args");
        adjust("30-c", adjustment -> adjustment.addArgs("").addArgs("three"));
        assertThat(collector.adjustment().getArgsList()).containsExactly("three");
    }

    @Test
    void eachResourceHasAnOwnerOfItsOwn() {
        adjust(
                "10-a",
                adjustment -> adjustment
                        .getLinuxBuilder()
                        .getResourcesBuilder()
                        .getCpuBuilder()
                        .setShares(OptionalUInt64.newBuilder().setValue(2)));
        adjust(
                "20-b",
                adjustment -> adjustment
                        .getLinuxBuilder()
                        .getResourcesBuilder()
                        .getCpuBuilder()
                        .setQuota(OptionalInt64.newBuilder().setValue(3)));
        var cpu = collector.adjustment().getLinux().getResources().getCpu();
        assertThat(cpu.getShares().getValue()).isEqualTo(2);
        assertThat(cpu.getQuota().getValue()).isEqualTo(3);
        assertThatThrownBy(() -> adjust(
                        "30-c",
                        adjustment -> adjustment
                                .getLinuxBuilder()
                                .getResourcesBuilder()
                                .getCpuBuilder()
                                .setShares(OptionalUInt64.newBuilder().setValue(9))))
                .hasMessageContaining("CPUShares");
    }

    @Test
    void hooksAreAddedTogetherAndHaveAllTheirOwners() {
        adjust(
                "10-a",
                adjustment -> adjustment
                        .getHooksBuilder()
                        .addPoststop(Hook.newBuilder().setPath("/a")));
        adjust(
                "20-b",
                adjustment -> adjustment
                        .getHooksBuilder()
                        .addPoststop(Hook.newBuilder().setPath("/b")));
        assertThat(collector.adjustment().getHooks().getPoststopList())
                .extracting(Hook::getPath)
                .containsExactly("/a", "/b");
        assertThat(collector.owners().toMessage().getOwnersOrThrow("c1").getSimpleMap())
                .containsEntry(Field.OciHooks_VALUE, "10-a,20-b");
    }

    @Test
    void theContainerThatIsBeingCreatedCannotBeUpdated() {
        CreateContainerResponse response = CreateContainerResponse.newBuilder()
                .addUpdate(ContainerUpdate.newBuilder().setContainerId("c1"))
                .build();
        assertThatThrownBy(() -> collector.apply(response, "10-a")).hasMessageContaining("being created");
    }

    @Test
    void updatesOfOthersContendUnlessTheyMayFail() {
        ContainerUpdate.Builder update = ContainerUpdate.newBuilder().setContainerId("c2");
        update.getLinuxBuilder().getResourcesBuilder().getCpuBuilder().setCpus("0");
        collector.apply(CreateContainerResponse.newBuilder().addUpdate(update).build(), "10-a");
        assertThatThrownBy(() -> collector.apply(
                        CreateContainerResponse.newBuilder().addUpdate(update).build(), "20-b"))
                .hasMessageContaining("CPUSetCPUs");
        ContainerUpdate mayFail = update.clone().setIgnoreFailure(true).build();
        collector.apply(CreateContainerResponse.newBuilder().addUpdate(mayFail).build(), "30-c");
        assertThat(collector.updates().others("c1")).containsExactly(update.build());
    }
}
