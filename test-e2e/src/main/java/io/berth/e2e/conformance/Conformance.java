package io.berth.e2e.conformance;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.leftover.LeftoverScan;
import io.berth.e2e.leftover.Leftovers;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs critest against a daemon of the distribution, with a registry of images of the project's own as the mirror of
 * those that it pulls. To be run in the sandbox, by {@code test-e2e/conformance/run}, with mounts shared. Exits with 1
 * when a spec failed or something was left behind.
 */
public final class Conformance {
    private static final Duration DEADLINE = Duration.ofMinutes(Long.getLong("berth.e2e.conformance.minutes", 20));

    /** Older suites have no specs for it; without it newer ones skip theirs. */
    private static final String NRI_FLAG = "-nri-socket";

    private Conformance() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(arguments);
        Path directory = Places.work().resolve("conformance");
        Places.deleteTree(directory);
        Files.createDirectories(directory);
        List<SpecResult> results = run(options, directory);
        new Results(results).write(options.results());
        System.exit(results.stream().anyMatch(SpecResult::isFailure) || results.isEmpty() ? 1 : 0);
    }

    private static List<SpecResult> run(Options options, Path directory) throws IOException {
        LeftoverScan scan = new LeftoverScan(List.of());
        Leftovers before = scan.machine();
        Map<String, SpecResult> results = new LinkedHashMap<>();
        try (RegistryProcess registry = RegistryProcess.start(directory)) {
            ConformanceImages.push(registry.client());
            DaemonConfig config = config(directory.resolve("daemon"), registry);
            try (BerthDaemon daemon = BerthDaemon.start(config)) {
                for (SpecResult result : suite(options, directory, config)) {
                    results.merge(result.name(), result, SpecResult::orWorse);
                }
                if (!daemon.isRunning()) {
                    SpecResult died = SpecResult.failed("the daemon", "it ended under way: see " + directory);
                    results.put(died.name(), died);
                }
            }
        }
        List<String> left = scan.machine().since(before).stream()
                .filter(line -> line.matches("[+] (mount|process|namespace) .*"))
                .toList();
        if (!left.isEmpty()) {
            SpecResult leak = SpecResult.failed("left behind", String.join("; ", left));
            System.out.println("left behind: " + leak.detail());
            results.put(leak.name(), leak);
        }
        return List.copyOf(results.values());
    }

    private static List<SpecResult> suite(Options options, Path directory, DaemonConfig config) throws IOException {
        String endpoint = "unix://" + config.socket();
        List<String> flags = new ArrayList<>(List.of("-runtime-endpoint", endpoint, "-image-endpoint", endpoint));
        flags.addAll(options.flags());
        Critest critest = new Critest(options.critest(), directory, options.selection(), flags, DEADLINE);
        if (critest.help().contains(NRI_FLAG)) {
            critest = critest.with(NRI_FLAG, config.nriSocket().toString());
        }
        Set<String> controllers = Set.of(Files.readString(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                .strip()
                .split(" "));
        return new Suite(critest, controllers).run(options.parallel(), options.repeat(), options.seed());
    }

    private static DaemonConfig config(Path directory, RegistryProcess registry) {
        DaemonConfig config =
                DaemonConfig.in(directory).with("network", "ipv4_range", DaemonConfig.text("10.98.0.0/16"));
        Map<String, String> mirrors = ConformanceImages.REGISTRIES.stream()
                .collect(Collectors.toMap(
                        Function.identity(), host -> "[" + DaemonConfig.text("http://" + registry.address()) + "]"));
        for (Map.Entry<String, String> mirror : mirrors.entrySet()) {
            config = config.with("registry.mirrors", DaemonConfig.text(mirror.getKey()), mirror.getValue());
        }
        return config;
    }
}
