package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plugins that the daemon starts with itself, on the reference implementation's stub. */
class InstalledPluginTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static Path program = Path.of("");

    @BeforeAll
    static void build() {
        program = GoPlugin.build("InstalledPluginTest");
    }

    @BeforeEach
    void install() throws IOException {
        Path plugins = Files.createDirectories(NODE.daemon().config().nriPlugins());
        Files.copy(program, plugins.resolve("10-gopher"));
        Files.writeString(plugins.resolve("README"), "no plugin");
        Files.writeString(plugins.resolve("unnamed"), "#!/bin/false\n");
        Files.setPosixFilePermissions(plugins.resolve("unnamed"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path configs = Files.createDirectories(NODE.daemon().config().nriPluginConfig());
        Files.writeString(configs.resolve("gopher.conf"), "what: it says");
    }

    /** The daemon is left as the other tests know it. */
    @AfterEach
    void uninstall() throws IOException {
        try (var files = Files.list(NODE.daemon().config().nriPlugins())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        NODE.daemon().kill();
        NODE.daemon().start();
        Waiting.until("the plugin to end", () -> plugins().isEmpty());
    }

    private static List<ProcessHandle> plugins() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.contains("/10-gopher"))
                        .isPresent())
                .toList();
    }

    private static void restart() {
        NODE.daemon().kill();
        NODE.daemon().start();
    }

    @Test
    void aPluginIsThereFromTheFirstRequestOn() {
        restart();
        assertThat(plugins()).hasSize(1);
        Pod pod = NODE.pod("accompanied").run();
        PodContainer container = pod.container("main", NODE.busybox())
                .command("sleep", "1000")
                .with(config -> config.putAnnotations("berth.test/adjust", ""))
                .start();
        assertThat(container.shell("echo $NRI_GO")).isEqualTo("adjusted");
        assertThat(NODE.daemon().log())
                .contains("Configure berth \"what: it says\"")
                .contains("unnamed is not started");
    }

    @Test
    void aPluginEndsWithADaemonThatIsKilledAndTheNextOneStartsItAnew() {
        restart();
        ProcessHandle first = plugins().getFirst();
        NODE.daemon().kill();
        Waiting.until("the plugin to end by itself", () -> !first.isAlive());
        NODE.daemon().start();
        assertThat(plugins()).hasSize(1).doesNotContain(first);
    }

    @Test
    void aDaemonThatStopsHasEndedItsPlugins() {
        restart();
        assertThat(NODE.daemon().terminate()).isZero();
        assertThat(plugins()).isEmpty();
        NODE.daemon().start();
    }

    @Test
    void aPluginThatDiesIsReapedAndNotStartedAgain() {
        restart();
        ProcessHandle plugin = plugins().getFirst();
        assertThat(plugin.destroyForcibly()).isTrue();
        Waiting.until("it to be reaped", () -> ProcessHandle.of(plugin.pid()).isEmpty());
        assertThat(Optional.ofNullable(NODE.pod("alone").run())).isPresent();
        assertThat(plugins()).isEmpty();
    }
}
