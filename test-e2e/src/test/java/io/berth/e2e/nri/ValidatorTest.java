package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Hook;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The built-in validator, with and without plugins. */
class ValidatorTest {
    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with("nri.default_validator", "enable", "true")
            .with("nri.default_validator", "reject_oci_hook_adjustment", "true"));

    @Test
    void whatTheNodeDoesNotAllowIsRejectedWithThePluginsName() {
        try (TestPlugin plugin = TestPlugin.connect(NODE.daemon().config().nriSocket())
                .handle("CreateContainer", call -> {
                    CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
                    response.getAdjustBuilder()
                            .getHooksBuilder()
                            .addPoststop(Hook.newBuilder().setPath("/bin/true"));
                    return response.build();
                })
                .join("10", "hooks")) {
            var plan = NODE.pod("hooked").run().container("main", NODE.busybox());
            Refusal.of(plan::create)
                    .is(Code.FAILED_PRECONDITION)
                    .saying("the built-in NRI validator rejects", "10-hooks adds OCI hooks");
            assertThat(plugin.isClosed()).isFalse();
        }
    }

    @Test
    void aPodThatNeedsAPluginIsNotRunWithoutItAlsoWhereThereIsNone() {
        var pod = NODE.pod("needy")
                .with(config -> config.putAnnotations("required-plugins.noderesource.dev", "[ gpu ]"))
                .run();
        var plan = pod.container("main", NODE.busybox()).command("sleep", "1000");
        Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("the required plugin gpu is not there");
        try (TestPlugin plugin =
                TestPlugin.connect(NODE.daemon().config().nriSocket()).join("10", "gpu")) {
            plan.start();
            assertThat(plugin.isClosed()).isFalse();
        }
    }
}
