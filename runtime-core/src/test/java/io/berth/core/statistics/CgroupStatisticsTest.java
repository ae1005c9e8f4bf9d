package io.berth.core.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.cgroup.Cgroups;
import io.berth.core.cgroup.MissingControllers;
import io.berth.core.statistics.PressureStatistics.Pressure;
import io.berth.kernel.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a directory that looks like the cgroup tree of a node with controllers. */
class CgroupStatisticsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String PRESSURE = """
            some avg10=1.50 avg60=0.25 avg300=0.00 total=123456
            full avg10=0.50 avg60=0.00 avg300=0.00 total=23456
            """;

    @TempDir
    Path root;

    private CgroupStatistics statistics(String controllers, Map<String, String> files) throws Exception {
        Files.writeString(root.resolve("cgroup.controllers"), controllers);
        Path pod = Files.createDirectories(root.resolve("pod"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(pod.resolve(file.getKey()), file.getValue());
        }
        return new CgroupStatistics(new Cgroups(root, MissingControllers.WARN), SystemCalls.real());
    }

    private static @Nullable MemoryUsage memory(CgroupStatistics statistics, String path) {
        return statistics.<@Nullable MemoryUsage>reading(path, folder -> statistics.memory(folder, 9));
    }

    private static @Nullable SwapUsage swap(CgroupStatistics statistics, String path) {
        return statistics.<@Nullable SwapUsage>reading(path, folder -> statistics.swap(folder, 9));
    }

    private static @Nullable IoUsage io(CgroupStatistics statistics, String path) {
        return statistics.<@Nullable IoUsage>reading(path, folder -> statistics.io(folder, 9));
    }

    private static @Nullable CpuUsage cpu(CgroupStatistics statistics, String path, long at) {
        return statistics.<@Nullable CpuUsage>reading(path, folder -> statistics.cpu(folder, path, at));
    }

    private static @Nullable Long count(CgroupStatistics statistics, String path) {
        return statistics.<@Nullable Long>reading(path, statistics::processCount);
    }

    @Test
    void memoryIsWhatTheControllerSays() throws Exception {
        CgroupStatistics statistics = statistics(
                "memory",
                Map.of(
                        "memory.current", "10000\n",
                        "memory.max", "20000\n",
                        "memory.stat", "anon 3000\nfile 6000\ninactive_file 4000\npgfault 77\npgmajfault 5\n",
                        "memory.pressure", PRESSURE));
        assertThat(memory(statistics, "/pod"))
                .isEqualTo(new MemoryUsage(
                        9,
                        6000,
                        14_000L,
                        10_000,
                        3000,
                        77L,
                        5L,
                        new PressureStatistics(new Pressure(123_456, 1.5, 0.25, 0), new Pressure(23_456, 0.5, 0, 0))));
    }

    @Test
    void withoutALimitNothingIsSaidToBeAvailable() throws Exception {
        CgroupStatistics statistics = statistics(
                "memory",
                Map.of(
                        "memory.current", "1\n",
                        "memory.max", "max\n",
                        "memory.stat", "anon 1\n",
                        "memory.swap.current", "5\n",
                        "memory.swap.max", "max\n"));
        assertThat(memory(statistics, "/pod"))
                .satisfies(memory -> assertThat(memory.availableBytes()).isNull());
        assertThat(swap(statistics, "/pod")).isEqualTo(new SwapUsage(9, null, 5));
    }

    @Test
    void withoutTheControllerPageFaultsAndSwapAreNotSaidToBeZero() throws Exception {
        CgroupStatistics statistics =
                statistics("cpu", Map.of("cgroup.procs", ProcessHandle.current().pid() + "\n"));
        assertThat(memory(statistics, "/pod")).satisfies(memory -> {
            assertThat(memory.rssBytes()).isGreaterThan(1 << 20);
            assertThat(memory.pageFaults()).isNull();
            assertThat(memory.pressure()).isNull();
        });
        assertThat(swap(statistics, "/pod")).isNull();
    }

    @Test
    void theRateIsThatOfTheTimeBetweenTwoSamples() throws Exception {
        CgroupStatistics statistics = statistics("cpu", Map.of("cpu.stat", "usage_usec 1000000\nuser_usec 1\n"));
        assertThat(cpu(statistics, "/pod", 10 * SECOND)).isEqualTo(new CpuUsage(10 * SECOND, SECOND, null, null));
        Files.writeString(root.resolve("pod/cpu.stat"), "usage_usec 1500000\n");
        assertThat(cpu(statistics, "/pod", 12 * SECOND))
                .isEqualTo(new CpuUsage(12 * SECOND, SECOND * 3 / 2, SECOND / 4, null));
    }

    @Test
    void processesOfCgroupsBelowAreCounted() throws Exception {
        CgroupStatistics statistics = statistics(
                "cpu", Map.of("cgroup.procs", "10\n11\n", "cgroup.stat", "nr_descendants 1\nnr_dying_descendants 0\n"));
        Path below = Files.createDirectories(root.resolve("pod/container"));
        Files.writeString(below.resolve("cgroup.procs"), "12\n0\n");
        assertThat(count(statistics, "/pod")).isEqualTo(3);
    }

    @Test
    void whatHasComeAndGoneBelowSinceTheLastReadingIsSeen() throws Exception {
        CgroupStatistics statistics =
                statistics("cpu", Map.of("cgroup.procs", "10\n", "cgroup.stat", "nr_descendants 1\n"));
        Path first = Files.createDirectories(root.resolve("pod/exec-1"));
        Files.writeString(first.resolve("cgroup.procs"), "11\n");
        assertThat(count(statistics, "/pod")).isEqualTo(2);
        assertThat(count(statistics, "/pod")).as("read again").isEqualTo(2);

        Path second = Files.createDirectories(root.resolve("pod/exec-2"));
        Files.writeString(second.resolve("cgroup.procs"), "12\n13\n");
        Files.writeString(root.resolve("pod/cgroup.stat"), "nr_descendants 2\n");
        assertThat(count(statistics, "/pod")).as("one came").isEqualTo(4);

        Files.delete(first.resolve("cgroup.procs"));
        Files.delete(first);
        Files.createDirectories(root.resolve("pod/exec-3"));
        assertThat(count(statistics, "/pod")).as("one for another").isEqualTo(3);
    }

    @Test
    void ofACgroupThatIsGoneNothingIsSaid() throws Exception {
        CgroupStatistics statistics = statistics("cpu memory", Map.of());
        assertThat(cpu(statistics, "/gone", 9)).isNull();
        assertThat(memory(statistics, "/gone")).isNull();
        assertThat(io(statistics, "/gone")).isNull();
        assertThat(count(statistics, "/gone")).isNull();
    }
}
