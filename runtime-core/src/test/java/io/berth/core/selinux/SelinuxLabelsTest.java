package io.berth.core.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.Configs;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.SelinuxOptions;
import io.berth.core.selinux.SelinuxLabels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelinuxLabelsTest {
    @TempDir
    Path directory;

    private Path kernel = Path.of("/");

    @BeforeEach
    void aKernelThatTakesEveryLabel() {
        kernel = directory.resolve("context");
    }

    private SelinuxLabels labels(boolean enabled, Optional<ContainerContexts> contexts) {
        Levels levels = new Levels(Set::of, RandomGenerator.of("L64X128MixRandom"));
        return new SelinuxLabels(enabled, kernel, levels, () -> contexts);
    }

    private SelinuxLabels labels() {
        return labels(true, Optional.of(ContainerContexts.USUAL));
    }

    private static SandboxConfig pod(SelinuxOptions options) {
        return Configs.sandbox("pod").withSelinux(options);
    }

    private static ContainerSecurityContext container(
            SelinuxOptions options, boolean privileged, NamespaceMode pid, NamespaceMode ipc) {
        ContainerSecurityContext none = ContainerSecurityContext.DEFAULT;
        return new ContainerSecurityContext(
                none.capabilities(),
                privileged,
                new NamespaceOptions(NamespaceMode.POD, pid, ipc, "", null),
                options,
                null,
                null,
                "",
                false,
                none.supplementalGroups(),
                none.supplementalGroupsPolicy(),
                false,
                null,
                null,
                null,
                null);
    }

    private static ContainerSecurityContext container(SelinuxOptions options) {
        return container(options, false, NamespaceMode.CONTAINER, NamespaceMode.POD);
    }

    private static SelinuxOptions type(String type) {
        return new SelinuxOptions("", "", type, "");
    }

    @Test
    void aPodThatAsksForNothingGetsALevelOfItsOwn() {
        SandboxConfig completed = labels().completed(pod(SelinuxOptions.NONE));
        String level = completed.security().selinux().level();
        assertThat(level).matches("s0:c\\d+,c\\d+");
        Labels made = labels().of(container(SelinuxOptions.NONE), completed.security());
        assertThat(made.process()).isEqualTo("system_u:system_r:container_t:" + level);
        assertThat(made.mount()).isEqualTo("system_u:object_r:container_file_t:" + level);
        assertThat(labels().mount(completed.security())).isEqualTo(made.mount());
    }

    @Test
    void whatIsAskedForIsFilledUp() {
        SandboxConfig completed = labels().completed(pod(new SelinuxOptions("user_u", "", "", "s0:c4,c5")));
        assertThat(completed.security().selinux())
                .isEqualTo(new SelinuxOptions("user_u", "system_r", "container_t", "s0:c4,c5"));
        assertThat(labels().of(container(type("spc_t")), completed.security()))
                .isEqualTo(
                        new Labels("system_u:system_r:spc_t:s0:c4,c5", "system_u:object_r:container_file_t:s0:c4,c5"));
    }

    @ParameterizedTest
    @CsvSource({"true, CONTAINER, POD", "false, NODE, POD", "false, CONTAINER, NODE"})
    void whatSharesTheNodeIsNotConfinedAndItsFilesAreLabelled(
            boolean privileged, NamespaceMode pid, NamespaceMode ipc) {
        SandboxConfig completed = labels().completed(pod(SelinuxOptions.NONE));
        Labels made = labels().of(container(SelinuxOptions.NONE, privileged, pid, ipc), completed.security());
        assertThat(made.process()).isEmpty();
        assertThat(made.mount()).startsWith("system_u:object_r:container_file_t:s0:c");
    }

    @Test
    void aContainerOnTheNodesProcessesCanAskForALabel() {
        SandboxConfig completed = labels().completed(pod(SelinuxOptions.NONE));
        assertThat(labels().of(
                                container(type("logger_t"), false, NamespaceMode.NODE, NamespaceMode.POD),
                                completed.security())
                        .process())
                .startsWith("system_u:system_r:logger_t:s0:c");
    }

    @Test
    void aNodeWithoutSelinuxHasNoLabels() {
        SelinuxLabels off = labels(false, Optional.of(ContainerContexts.USUAL));
        SandboxConfig asked = pod(type("spc_t"));
        assertThat(off.completed(asked)).isSameAs(asked);
        assertThat(off.of(container(type("spc_t")), asked.security())).isEqualTo(Labels.NONE);
        assertThat(off.mount(asked.security())).isEmpty();
    }

    @Test
    void aPolicyThatKnowsNoContainersLabelsOnlyWhatAsks() {
        SelinuxLabels bare = labels(true, Optional.empty());
        SandboxConfig nothing = bare.completed(pod(SelinuxOptions.NONE));
        assertThat(nothing.security().selinux()).isEqualTo(SelinuxOptions.NONE);
        assertThat(bare.of(container(SelinuxOptions.NONE), nothing.security())).isEqualTo(Labels.NONE);
        assertThat(bare.completed(pod(type("my_t"))).security().selinux().type())
                .isEqualTo("my_t");
    }

    @Test
    void aPolicyWithoutLevelsGivesNone() {
        ContainerContexts plain =
                new ContainerContexts(Label.parse("u:r:container_t"), Label.parse("u:object_r:container_file_t"));
        SelinuxLabels labels = labels(true, Optional.of(plain));
        SandboxConfig completed = labels.completed(pod(SelinuxOptions.NONE));
        assertThat(labels.of(container(SelinuxOptions.NONE), completed.security()))
                .isEqualTo(new Labels("u:r:container_t", "u:object_r:container_file_t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c1,c2", "s0:", "s0:c1,", "s0 ", "s0:c12345", "s0:c1,c2\n"})
    void whatIsNoLevelIsRefused(String level) {
        assertThatThrownBy(() -> labels().completed(pod(new SelinuxOptions("", "", "", level))))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("selinux_options.level");
        assertThatThrownBy(() -> labels().of(
                                container(new SelinuxOptions("a:b", "", "", "")),
                                pod(type("x")).security()))
                .hasMessageContaining("selinux_options.user \"a:b\"");
    }

    @Test
    void aLabelThatThePolicyDoesNotHaveIsNamed() throws IOException {
        Files.createDirectory(kernel);
        assertThatThrownBy(() -> labels().completed(pod(type("nobody_t"))))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("nobody_t");
    }

    @Test
    void noTwoPodsGetOneLevel() {
        Set<String> used = new TreeSet<>();
        // A generator that repeats itself.
        RandomGenerator random = new RandomGenerator() {
            private long state;

            @Override
            public long nextLong() {
                return (state++ / 3) << 60;
            }

            @Override
            public int nextInt(int bound) {
                return (int) ((state++ / 3) % bound);
            }
        };
        Levels levels = new Levels(() -> used, random);
        for (int pod = 0; pod < 300; pod++) {
            assertThat(used.add(levels.next())).isTrue();
        }
        assertThat(levels.next()).isNotIn(used).isNotEqualTo(levels.next());
    }

    @Test
    void thePolicysContextsAreRead() throws IOException {
        Path contexts = directory.resolve("etc/selinux/strict/contexts");
        Files.createDirectories(contexts);
        assertThat(ContainerContexts.read(directory)).isEmpty();
        Files.writeString(
                directory.resolve("etc/selinux/config"), "# comment\nSELINUX=enforcing\nSELINUXTYPE=strict\n");
        Files.writeString(contexts.resolve("lxc_contexts"), """
                # of containers
                process = "system_u:system_r:svirt_lxc_net_t:s0"
                file = "system_u:object_r:svirt_sandbox_file_t:s0"
                """);
        assertThat(ContainerContexts.read(directory))
                .contains(new ContainerContexts(
                        new Label("system_u", "system_r", "svirt_lxc_net_t", "s0"),
                        new Label("system_u", "object_r", "svirt_sandbox_file_t", "s0")));
    }
}
