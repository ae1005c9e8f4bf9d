package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.Hooks;
import io.berth.proto.nri.v1alpha1.OptionalInt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OCI hooks that a plugin adds are run, and stop what they do not like. */
class HooksTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    /** As hooks of vendors do it: from the state to the bundle, from there to the root. */
    private static final String BUNDLE =
            "set -e; s=$(cat); b=${s#*bundle\\\":\\\"}; b=${b%%\\\"*}; test -s $b/config.json; r=$b/rootfs; ";

    private static TestPlugin hooking(Consumer<Hooks.Builder> hooks) {
        return TestPlugin.connect(NODE.daemon().config().nriSocket())
                .handle("CreateContainer", call -> {
                    CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
                    hooks.accept(response.getAdjustBuilder().getHooksBuilder());
                    return response.build();
                })
                .join("10", "hooks");
    }

    private static Hook script(String script) {
        return Hook.newBuilder()
                .setPath("/bin/sh")
                .addArgs("sh")
                .addArgs("-c")
                .addArgs(script)
                .addEnv("PATH=/usr/bin:/bin")
                .setTimeout(OptionalInt.newBuilder().setValue(5))
                .build();
    }

    private static Path trace(String name) throws IOException {
        Path trace = NODE.daemon().config().directory().resolve("trace-" + name);
        Files.deleteIfExists(trace);
        return trace;
    }

    @Test
    void eachHookRunsAtItsMomentWithTheStateAndFindsTheRoot() throws IOException {
        Path trace = trace("moments");
        try (TestPlugin plugin = hooking(hooks -> hooks.addPrestart(script("echo prestart >> " + trace))
                .addCreateRuntime(script("echo createRuntime $(cat) >> " + trace))
                .addCreateContainer(script(BUNDLE + "echo from-hook > $r/made && echo createContainer >> " + trace))
                .addStartContainer(script("echo $0 $(id -u) >> /made"))
                .addPoststart(script("echo poststart >> " + trace))
                .addPoststop(script("echo poststop >> " + trace)))) {
            Pod pod = NODE.pod("hooked").run();
            PodContainer container = pod.container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            assertThat(container.shell("cat /made")).isEqualTo("from-hook\nsh 0");
            assertThat(plugin.isClosed()).isFalse();
            container.stop(0);
            assertThat(Files.readAllLines(trace))
                    .hasSize(5)
                    .startsWith("prestart")
                    .endsWith("createContainer", "poststart", "poststop");
            assertThat(Files.readAllLines(trace).get(1))
                    .contains(
                            "\"id\":\"" + container.id() + "\"", "\"status\":\"creating\"", "\"ociVersion\":\"1.2.0\"");
            container.remove();
        }
    }

    @Test
    void aHookInAUserNamespaceFindsTheRootAndTheSpecificationToo() {
        String look = "tr -s ' ' < /proc/self/uid_map > $r/made; cut -c 1-14 $b/config.json >> $r/made; ! ls $b/..";
        try (TestPlugin plugin = hooking(hooks -> hooks.addCreateContainer(script(BUNDLE + look)))) {
            PodContainer container = NODE.pod("mapped")
                    .userNamespace(524288)
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            assertThat(container.shell("cat /made; stat -c %u /made"))
                    .isEqualTo(" 0 524288 65536\n{\"ociVersion\":\n0");
            assertThat(plugin.isClosed()).isFalse();
        }
    }

    @Test
    void aHookThatFailsIsNamedAndNothingIsLeft() throws IOException {
        Path trace = trace("failing");
        try (TestPlugin plugin = hooking(hooks -> hooks.addCreateRuntime(script("echo no such device >&2; exit 3"))
                .addPoststop(script("echo poststop >> " + trace)))) {
            PodContainer container = NODE.pod("refused")
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .create();
            Refusal.of(container::start).saying("createRuntime hook /bin/sh: exit code 3: no such device");
            assertThat(Files.readAllLines(trace)).containsExactly("poststop");
            assertThat(container.status().getMessage()).contains("createRuntime hook /bin/sh");
            assertThat(plugin.isClosed()).isFalse();
        }
    }

    @Test
    void poststopHooksRunWhileTheDaemonIsAway() throws IOException {
        Path trace = trace("away");
        try (TestPlugin plugin = hooking(hooks -> hooks.addPoststop(script("sleep 0.3; echo poststop >> " + trace)))) {
            PodContainer container = NODE.pod("away")
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "1")
                    .start();
            NODE.daemon().kill();
            Waiting.until("the hook", () -> Files.exists(trace));
            NODE.daemon().start();
            Waiting.until("the exit", () -> container.status().getReason().equals("Completed"));
            assertThat(plugin.calls("StopContainer")).isEmpty();
        }
    }
}
