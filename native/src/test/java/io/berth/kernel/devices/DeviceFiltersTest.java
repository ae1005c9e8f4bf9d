package io.berth.kernel.devices;

import static io.berth.kernel.devices.DeviceRule.Access.MAKE;
import static io.berth.kernel.devices.DeviceRule.Access.READ;
import static io.berth.kernel.devices.DeviceRule.Access.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.Errno;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import io.berth.kernel.recording.RecordedCall;
import io.berth.kernel.recording.RecordingSystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class DeviceFiltersTest {
    private static final DeviceRule NOTHING = new DeviceRule(false, null, null, null, Set.of(MAKE, READ, WRITE));
    private static final DeviceRule EVERYTHING = new DeviceRule(true, null, null, null, Set.of(MAKE, READ, WRITE));

    private static DeviceRule rule(boolean allow, int major, int minor, DeviceRule.Access... access) {
        return new DeviceRule(allow, DeviceRule.Kind.CHARACTER, major, minor, Set.of(access));
    }

    @Test
    void oneProgramServesAllCgroupsWithTheSameRules() {
        RecordingSystemCalls kernel = RecordingSystemCalls.create();
        try (DeviceFilters filters = new DeviceFilters(kernel.systemCalls())) {
            filters.attach(Path.of("/a"), List.of(NOTHING));
            filters.attach(Path.of("/b"), List.of(NOTHING));
            filters.attach(Path.of("/c"), List.of(NOTHING, rule(true, 1, 3, READ)));
        }
        assertThat(names(kernel)).filteredOn("loadProgram"::equals).hasSize(2);
        assertThat(names(kernel)).filteredOn("attachProgram"::equals).hasSize(3);
    }

    @Test
    void rulesThatAllowEverythingNeedNoFilter() {
        RecordingSystemCalls kernel = RecordingSystemCalls.create();
        try (DeviceFilters filters = new DeviceFilters(kernel.systemCalls())) {
            filters.attach(Path.of("/a"), List.of(NOTHING, EVERYTHING));
        }
        assertThat(kernel.calls()).isEmpty();
    }

    @Test
    void aKernelThatRefusesIsSeen() {
        RecordingSystemCalls kernel = RecordingSystemCalls.create();
        kernel.fail("loadProgram", 1, Errno.EPERM).fail("loadProgram", 2, Errno.EPERM);
        try (DeviceFilters filters = new DeviceFilters(kernel.systemCalls())) {
            assertThat(filters.available()).isFalse();
            assertThatThrownBy(() -> filters.attach(Path.of("/a"), List.of(NOTHING)))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("EPERM");
        }
    }

    private static List<String> names(RecordingSystemCalls kernel) {
        return kernel.calls().stream().map(RecordedCall::operation).toList();
    }

    /** In a cgroup of the test's own, with a shell that tries what it may do. */
    @Nested
    @EnabledIf(value = "canFilter", disabledReason = "needs root, BPF and cgroup v2")
    class OnTheRealKernel {
        private static Path root() {
            Path unified = Path.of("/sys/fs/cgroup/unified");
            return Files.exists(unified) ? unified : Path.of("/sys/fs/cgroup");
        }

        static boolean canFilter() {
            try (DeviceFilters filters = new DeviceFilters(SystemCalls.real())) {
                return filters.available() && Files.isWritable(root().resolve("cgroup.procs"));
            }
        }

        private final Path cgroup =
                root().resolve("berth-device-test-" + ProcessHandle.current().pid());

        @TempDir
        Path directory;

        @BeforeEach
        void makeCgroup() throws IOException {
            Files.createDirectory(cgroup);
        }

        @AfterEach
        void removeCgroup() throws IOException {
            Files.delete(cgroup);
        }

        private boolean may(List<DeviceRule> rules, String script) throws Exception {
            try (DeviceFilters filters = new DeviceFilters(SystemCalls.real())) {
                filters.attach(cgroup, rules);
            }
            Process shell = new ProcessBuilder(
                            "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs && { " + script + "; }")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            shell.getInputStream().readAllBytes();
            return shell.waitFor() == 0;
        }

        @Test
        void whatNoRuleAllowsIsDenied() throws Exception {
            assertThat(may(List.of(NOTHING), ": < /dev/zero")).isFalse();
        }

        @Test
        void readingAloneIsNoWriting() throws Exception {
            List<DeviceRule> rules = List.of(NOTHING, rule(true, 1, 5, READ));
            assertThat(may(rules, ": < /dev/zero")).isTrue();
        }

        @Test
        void writingNeedsAWordOfItsOwn() throws Exception {
            assertThat(may(List.of(NOTHING, rule(true, 1, 5, READ)), ": > /dev/zero"))
                    .isFalse();
        }

        @Test
        void accessesOfSeveralRulesAddUp() throws Exception {
            List<DeviceRule> rules = List.of(NOTHING, rule(true, 1, 5, READ), rule(true, 1, 5, WRITE));
            assertThat(may(rules, ": <> /dev/zero")).isTrue();
        }

        @Test
        void aLaterDenialWins() throws Exception {
            List<DeviceRule> rules = List.of(NOTHING, rule(true, 1, 5, READ, WRITE), rule(false, 1, 5, WRITE));
            assertThat(may(rules, ": < /dev/zero && ! ( : > /dev/zero )")).isTrue();
        }

        @Test
        void aNodeMayBeMadeThatCannotBeOpened() throws Exception {
            List<DeviceRule> rules =
                    List.of(NOTHING, new DeviceRule(true, DeviceRule.Kind.CHARACTER, null, null, Set.of(MAKE)));
            assertThat(may(rules, "mknod zero c 1 5 && ! ( : < zero )")).isTrue();
        }

        @Test
        void aBlockDeviceIsNoCharacterDevice() throws Exception {
            List<DeviceRule> rules =
                    List.of(NOTHING, new DeviceRule(true, DeviceRule.Kind.CHARACTER, null, null, Set.of(MAKE)));
            assertThat(may(rules, "mknod disk b 1 5")).isFalse();
        }

        @Test
        void aThousandRulesAreTaken() throws Exception {
            List<DeviceRule> many = Stream.concat(
                            Stream.of(NOTHING),
                            IntStream.range(0, 1000).mapToObj(minor -> rule(true, 7, minor, READ, WRITE)))
                    .toList();
            assertThat(may(many, "! ( : < /dev/zero )")).isTrue();
        }
    }
}
