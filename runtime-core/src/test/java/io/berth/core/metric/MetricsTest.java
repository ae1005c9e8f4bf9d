package io.berth.core.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.cgroup.Cgroups;
import io.berth.core.cgroup.MissingControllers;
import io.berth.core.statistics.CgroupFolder;
import io.berth.core.statistics.CgroupStatistics;
import io.berth.core.statistics.KernelText;
import io.berth.kernel.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over files that look like the kernel's. */
class MetricsTest {
    @TempDir
    Path root;

    private List<Sample> of(BiConsumer<CgroupFolder, Samples> reader, String... files) throws Exception {
        Files.writeString(root.resolve("cgroup.controllers"), "");
        Path directory = Files.createDirectories(root.resolve("c"));
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(directory.resolve(files[i]), files[i + 1]);
        }
        Samples samples = new Samples();
        new CgroupStatistics(new Cgroups(root, MissingControllers.WARN), SystemCalls.real()).reading("/c", folder -> {
            reader.accept(folder, samples);
            return samples;
        });
        return samples.all();
    }

    private static Sample sample(PodMetric metric, long value, String... labels) {
        return new Sample(metric, List.of(labels), value);
    }

    @Test
    void namesAreUniqueAndAsPrometheusWantsThem() {
        assertThat(Arrays.stream(PodMetric.values()).map(PodMetric::metricName))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("container_[a-z0-9_]+"));
    }

    @Test
    void processorTimeIsInWholeSecondsAndWhatIsNotCountedIsLeftOut() throws Exception {
        assertThat(of(CgroupMetrics::processor, "cpu.stat", "usage_usec 3999999\nuser_usec 2000000\n"))
                .containsExactly(sample(PodMetric.CPU_USAGE, 3, "total"), sample(PodMetric.CPU_USER, 2));
    }

    @Test
    void hitsOfTheMemoryLimitComeFromItsEvents() throws Exception {
        assertThat(of(
                        CgroupMetrics::memory,
                        "memory.current",
                        "900\n",
                        "memory.peak",
                        "1000\n",
                        "memory.stat",
                        "anon 100\ninactive_file 300\npgfault 7\npgmajfault 2\n",
                        "memory.events",
                        "low 0\nhigh 4\nmax 5\noom 1\noom_kill 3\n"))
                .contains(
                        sample(PodMetric.MEMORY_USAGE, 900),
                        sample(PodMetric.MEMORY_MAX_USAGE, 1000),
                        sample(PodMetric.MEMORY_WORKING_SET, 600),
                        sample(PodMetric.MEMORY_RSS, 100),
                        sample(PodMetric.MEMORY_FAILCNT, 5),
                        sample(PodMetric.MEMORY_EVENTS_HIGH, 4),
                        sample(PodMetric.OOM_EVENTS, 3),
                        sample(PodMetric.MEMORY_FAILURES, 7, "pgfault", "container"),
                        sample(PodMetric.MEMORY_FAILURES, 2, "pgmajfault", "hierarchy"))
                .noneMatch(sample -> sample.metric() == PodMetric.MEMORY_SWAP)
                .noneMatch(sample -> sample.metric() == PodMetric.MEMORY_CACHE);
        assertThat(of((folder, samples) -> CgroupMetrics.limits(folder, 0, samples), "memory.max", "max\n"))
                .contains(sample(PodMetric.SPEC_MEMORY_LIMIT, 0));
    }

    @Test
    void aDiskIsNamedAndItsOwnCountersStandBesideTheCgroups() throws Exception {
        DiskMetrics disks = DiskMetrics.of(
                "   8       0 sda 10 11 12 13000 14 15 16 17000 18 19000 20000 0 0 0 0\n   7 0 loop0 1\n");
        assertThat(of(
                        disks::add,
                        "io.stat",
                        "8:0 rbytes=5120 wbytes=1024 rios=3 wios=2 dbytes=512 dios=1 cost.usage=9\n253:1 \n"))
                .contains(
                        sample(PodMetric.FS_READS_BYTES, 5120, "/dev/sda"),
                        sample(PodMetric.FS_WRITES, 2, "/dev/sda"),
                        sample(PodMetric.FS_SECTOR_READS, 10, "/dev/sda"),
                        sample(PodMetric.BLKIO_USAGE, 512, "/dev/sda", "8", "0", "Discard"),
                        sample(PodMetric.FS_READS_MERGED, 11, "/dev/sda"),
                        sample(PodMetric.FS_READ_TIME, 13, "/dev/sda"),
                        sample(PodMetric.FS_WRITES_MERGED, 15, "/dev/sda"),
                        sample(PodMetric.FS_WRITE_TIME, 17, "/dev/sda"),
                        sample(PodMetric.FS_IO_CURRENT, 18, "/dev/sda"),
                        sample(PodMetric.FS_IO_TIME, 19, "/dev/sda"),
                        sample(PodMetric.FS_IO_TIME_WEIGHTED, 20, "/dev/sda"));
    }

    @Test
    void aThreadsStateStandsBehindItsNameWhateverThatIs() {
        assertThat(ThreadStates.state("12 (a) R (b) D 1 2 3")).isEqualTo('D');
        assertThat(ThreadStates.state("")).isEqualTo(' ');
    }

    @Test
    void thisProcessHasThreadsDescriptorsAndLimits() {
        KernelText text = new KernelText(SystemCalls.real());
        long self = ProcessHandle.current().pid();
        List<String> threads =
                Arrays.stream(Path.of("/proc/self/task").toFile().list()).toList();
        ThreadStates states = ThreadStates.of(threads, text);
        assertThat(states.running()).as("this one").isPositive();
        assertThat(states.running() + states.sleeping()).isLessThanOrEqualTo(threads.size());
        Samples samples = new Samples();
        new ProcessMetrics(SystemCalls.real()).descriptors(List.of((int) self, Integer.MAX_VALUE), samples);
        ProcessMetrics.softLimits((int) self, text, samples);
        assertThat(samples.all())
                .anySatisfy(sample -> {
                    assertThat(sample.metric()).isEqualTo(PodMetric.FILE_DESCRIPTORS);
                    assertThat(sample.value()).isPositive();
                })
                .anySatisfy(sample -> {
                    assertThat(sample.metric()).isEqualTo(PodMetric.ULIMITS_SOFT);
                    assertThat(sample.labels()).containsExactly("max_open_files");
                    assertThat(sample.value()).isPositive();
                });
    }

    @Test
    void theLoadRisesTowardsTheThreadsThatRunAndFallsWhenTheyRest() {
        int[] running = {4};
        LoadAverages loads = new LoadAverages(() -> Set.of("/c"), path -> new ThreadStates(1, running[0], 0, 1));
        for (int i = 0; i < 50; i++) {
            loads.count();
        }
        Samples samples = new Samples();
        loads.add("/c", samples);
        assertThat(samples.all())
                .satisfiesExactly(
                        load -> assertThat(load.value()).isBetween(3900L, 4000L),
                        waiting -> assertThat(waiting.value()).isBetween(990L, 1000L));
        running[0] = 0;
        loads.count();
        Samples after = new Samples();
        loads.add("/c", after);
        assertThat(after.all().getFirst().value()).isBetween(3000L, 3500L);
        Samples unknown = new Samples();
        loads.add("/other", unknown);
        assertThat(unknown.all()).isEmpty();
    }
}
