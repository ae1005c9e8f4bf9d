package io.berth.imagefs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.imagefs.testing.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the readers over the seeds and over all that ever failed; and, with {@code -Dberth.fuzz.seconds=N}, Jazzer on
 * each of them for so long, which goes on from what it found interesting the last time ({@code target/fuzz}).
 */
class FuzzTest {
    private static final Path FAILED = Path.of("src/test/resources/io/berth/imagefs/fuzz");
    private static final Path WORK = Path.of("target/fuzz").toAbsolutePath();
    private static final int TOLD_CHARACTERS = 5000;
    private static final String SECONDS = "berth.fuzz.seconds";

    @ParameterizedTest
    @MethodSource("io.berth.imagefs.fuzz.Target#all")
    void seedsAndFormerFindingsDoNoHarm(Target target) throws IOException {
        assumeTrue(!target.needsRoot() || Root.isRoot(), "makes device nodes: needs root");
        Map<String, byte[]> inputs = new TreeMap<>(target.seeds());
        Path failed = FAILED.resolve(target.name());
        if (Files.isDirectory(failed)) {
            try (Stream<Path> files = Files.list(failed)) {
                for (Path file : files.toList()) {
                    inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        }
        inputs.forEach((name, input) -> {
            try {
                target.run().accept(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(target + " fails on " + name, e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.berth.imagefs.fuzz.Target#all")
    @EnabledIfSystemProperty(named = SECONDS, matches = "[1-9][0-9]*")
    void jazzerFindsNothing(Target target) throws IOException, InterruptedException {
        assumeTrue(!target.needsRoot() || Root.isRoot(), "makes device nodes: needs root");
        int seconds = Integer.getInteger(SECONDS);
        Path corpus = Files.createDirectories(WORK.resolve(target.name()));
        Path findings = Files.createDirectories(WORK.resolve("findings"));
        for (Map.Entry<String, byte[]> seed : target.seeds().entrySet()) {
            Files.write(corpus.resolve("seed-" + seed.getKey()), seed.getValue());
        }
        Path log = WORK.resolve(target.name() + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=io.berth.imagefs.**",
                "--reproducer_path=" + findings,
                corpus.toString(),
                "-artifact_prefix=" + findings + "/" + target.name() + "-",
                "-max_total_time=" + seconds,
                "-timeout=20",
                "-max_len=262144",
                "-print_final_stats=1"));
        Process jazzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(jazzer.waitFor(seconds + 120L, TimeUnit.SECONDS))
                    .as("Jazzer ends: " + log)
                    .isTrue();
        } finally {
            jazzer.destroyForcibly();
        }
        String output = Files.readString(log);
        assertThat(jazzer.exitValue())
                .as("the finding is in " + findings + ": once mended, keep its input in " + FAILED + "\n" + end(output))
                .isZero();
        // It did run, and saw the code.
        assertThat(output).containsPattern("stat::number_of_executed_units: +[1-9]");
        assertThat(output).containsPattern("NEW|INITED cov: [0-9]{2,}");
    }

    /** Where Jazzer names what it found, and prints its input: what is before only tells how it came there. */
    private static String end(String log) {
        return log.substring(Math.max(0, log.length() - TOLD_CHARACTERS));
    }
}
