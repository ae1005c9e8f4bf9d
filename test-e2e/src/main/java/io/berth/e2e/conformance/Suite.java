package io.berth.e2e.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All specs in a few runs of critest: those that bear nothing beside them in one, the others dealt out to as many as
 * asked for.
 *
 * @param controllers of the machine's cgroup hierarchy
 */
record Suite(Critest critest, Set<String> controllers) {
    private static final int DETAIL_LINES = 8;
    private static final List<String> WEB_SOCKET_FLAGS =
            List.of("-websocket-exec", "-websocket-attach", "-websocket-portforward");

    /** What became of each spec, in all repetitions; prints each run's sum and each failure as it comes. */
    List<SpecResult> run(int parallel, int repeat, long seed) {
        List<SpecResult> results = new ArrayList<>();
        List<Spec> specs = new ArrayList<>();
        for (Spec spec : critest.specs()) {
            Optional<String> reason = Exclusion.reason(spec, controllers);
            reason.ifPresentOrElse(text -> results.add(SpecResult.skipped(spec.name(), text)), () -> specs.add(spec));
        }
        System.out.println(specs.size() + " specs to run, " + results.size() + " left out");
        try (ExecutorService threads = Executors.newFixedThreadPool(
                parallel, Thread.ofPlatform().name("critest-", 0).factory())) {
            for (int round = 0; round < repeat; round++) {
                results.addAll(round(specs, threads, parallel, seed + round));
            }
        }
        return results;
    }

    private List<SpecResult> round(List<Spec> specs, ExecutorService threads, int parallel, long seed) {
        List<SpecResult> results = new ArrayList<>();
        if (parallel == 1) {
            results.addAll(part("all", specs, seed, List.of()));
            results.addAll(overWebSocket(specs, seed));
            return results;
        }
        results.addAll(part("serial", specs.stream().filter(Spec::serial).toList(), seed, List.of()));
        List<Spec> others =
                new ArrayList<>(specs.stream().filter(spec -> !spec.serial()).toList());
        Collections.shuffle(others, new Random(seed));
        List<CompletableFuture<List<SpecResult>>> parts = new ArrayList<>();
        for (int part = 0; part < parallel; part++) {
            List<Spec> share = new ArrayList<>();
            for (int at = part; at < others.size(); at += parallel) {
                share.add(others.get(at));
            }
            String name = "part" + (part + 1);
            parts.add(CompletableFuture.supplyAsync(() -> part(name, share, seed, List.of()), threads));
        }
        parts.forEach(part -> results.addAll(part.join()));
        results.addAll(overWebSocket(specs, seed));
        return results;
    }

    /** The streaming specs use SPDY; the same once more with the other protocol, where critest has flags for it. */
    private List<SpecResult> overWebSocket(List<Spec> specs, long seed) {
        List<Spec> streaming =
                specs.stream().filter(spec -> spec.name().contains("Streaming")).toList();
        if (streaming.isEmpty() || !critest.help().contains(WEB_SOCKET_FLAGS.getFirst())) {
            return List.of();
        }
        return part("websocket", streaming, seed, WEB_SOCKET_FLAGS).stream()
                .map(result -> result.named(result.name() + " (over WebSocket)"))
                .toList();
    }

    private List<SpecResult> part(String name, List<Spec> specs, long seed, List<String> flags) {
        long start = System.nanoTime();
        List<SpecResult> results = critest.run(name + "-" + seed, specs, seed, flags);
        StringBuilder report = new StringBuilder(String.format(
                Locale.ROOT,
                "%-20s %3d specs: %d passed, %d skipped, %d failed  %d s",
                name + "-" + seed,
                specs.size(),
                count(results, SpecResult.State.PASSED),
                count(results, SpecResult.State.SKIPPED),
                count(results, SpecResult.State.FAILED),
                (System.nanoTime() - start) / 1_000_000_000));
        results.stream()
                .filter(SpecResult::isFailure)
                .flatMap(result -> Stream.of("\n  FAILED ", result.name(), "\n    ", shortened(result.detail())))
                .forEach(report::append);
        System.out.println(report);
        return results;
    }

    private static long count(List<SpecResult> results, SpecResult.State state) {
        return results.stream().filter(result -> result.state() == state).count();
    }

    /** Without the dump of the error's inner parts that follows its message. */
    private static String shortened(String detail) {
        return detail.lines().limit(DETAIL_LINES).collect(Collectors.joining("\n    "));
    }
}
