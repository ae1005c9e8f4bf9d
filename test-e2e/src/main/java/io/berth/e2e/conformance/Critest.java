package io.berth.e2e.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The suite's program. Runs that are meant to be parallel are processes of their own, each with its share of the specs:
 * critest's own {@code -parallel} wants one more program.
 *
 * @param program critest
 * @param directory for logs, reports and the suite's own files
 * @param selection flags that choose specs
 * @param flags for every run
 * @param deadline of one run
 */
record Critest(Path program, Path directory, List<String> selection, List<String> flags, Duration deadline) {
    /** The same with more flags for every run. */
    Critest with(String... more) {
        return new Critest(
                program,
                directory,
                selection,
                Stream.concat(flags.stream(), Stream.of(more)).toList(),
                deadline);
    }

    /** The specs that the selection chooses, in the suite's order. */
    List<Spec> specs() {
        Path report = directory.resolve("specs.json");
        List<String> arguments = new ArrayList<>(selection);
        arguments.addAll(List.of("--ginkgo.dry-run", "--ginkgo.json-report=" + report));
        int status = execute("specs", arguments);
        if (status != 0 || !Files.exists(report)) {
            throw new IllegalStateException("critest cannot list its specs: see " + log("specs"));
        }
        return GinkgoReport.read(report).chosen();
    }

    /** What this critest says about its flags, which differ by version. */
    String help() {
        execute("help", List.of("-help"));
        try {
            return Files.readString(log("help"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Runs specs one after another, in an order that the seed decides.
     *
     * @param name of the run's log and reports, unique in the directory
     */
    List<SpecResult> run(String name, List<Spec> specs, long seed, List<String> more) {
        if (specs.isEmpty()) {
            return List.of();
        }
        Path report = directory.resolve(name + ".json");
        String focus =
                specs.stream().map(spec -> "\\Q" + spec.name() + "\\E$").collect(Collectors.joining("|", "(", ")"));
        List<String> arguments = new ArrayList<>(List.of(
                "--ginkgo.focus=" + focus,
                "--ginkgo.seed=" + seed,
                "--ginkgo.json-report=" + report,
                "--ginkgo.junit-report=" + directory.resolve(name + ".xml")));
        arguments.addAll(more);
        execute(name, arguments);
        if (!Files.exists(report)) {
            return specs.stream()
                    .map(spec -> SpecResult.failed(spec.name(), "critest ended without a report: see " + log(name)))
                    .toList();
        }
        GinkgoReport results = GinkgoReport.read(report);
        Set<String> wanted = specs.stream().map(Spec::name).collect(Collectors.toCollection(HashSet::new));
        return Stream.concat(
                        results.results().stream().filter(result -> wanted.contains(result.name())),
                        results.suiteFailures().stream().map(cause -> SpecResult.failed("the suite's set-up", cause)))
                .toList();
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private int execute(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(flags);
        command.add("--ginkgo.no-color");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().put("TMPDIR", directory.resolve("tmp").toString());
        try {
            Files.createDirectories(directory.resolve("tmp"));
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
