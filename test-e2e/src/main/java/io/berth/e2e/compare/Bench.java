package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures Berth and containerd side by side. To be run in the sandbox, by {@code ./bench}. */
public final class Bench {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final Duration REST = Duration.ofSeconds(3);
    private static final double QUIET = 0.1;
    private static final long START = System.nanoTime();

    private Bench() {}

    /**
     * Exits with 0 when all was measured, with 1 when a part failed, with 2 for a command line that it does not
     * understand.
     */
    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.parse(List.of(arguments), Places.work());
        } catch (IllegalArgumentException mistake) {
            OUT.println("bench: " + mistake.getMessage());
            System.exit(2);
            return;
        }
        System.exit((options.soakMinutes() > 0 ? soak(options) : measure(options)) ? 0 : 1);
    }

    private static boolean measure(Options options) throws IOException {
        Path disk = Places.work().resolve("compare");
        Results results = new Results();
        Map<String, String> versions = new LinkedHashMap<>();
        boolean succeeded = true;
        Scale scale = options.quick() ? Scale.quick() : Scale.full();
        progress("rehearsing");
        Rehearsal.play(disk);
        progress("starting the contenders");
        try (Contest contest = Contest.of(disk, Programs.given())) {
            contest.contenders()
                    .forEach(pods -> versions.put(
                            pods.contender().name(), pods.contender().versions()));
            progress("warming up: " + String.join("; ", versions.values()));
            contest.warmUp(scale.warmUp(), results);
            Session session = new Session(
                    contest.contenders(), scale, results, contest.registry(), disk, idle(), Bench::progress);
            for (Part part : PartName.parts(options.parts())) {
                succeeded &= measure(part, session);
            }
        }
        Report report = new Report(Machine.here(), versions, results.measurements(), results.figures());
        OUT.println();
        OUT.println(Table.of(report));
        Files.writeString(options.json(), JsonReport.of(report));
        OUT.println();
        OUT.println("The numbers are in " + options.json());
        if (Chart.isWorthwhile(report)) {
            Files.writeString(options.chart(), Chart.of(report));
            OUT.println("The main ones are drawn in " + options.chart());
        }
        return succeeded;
    }

    private static boolean soak(Options options) {
        try (Contest contest = Contest.ofBerth(Places.work().resolve("compare"))) {
            contest.warmUp(0, new Results());
            Pods pods = contest.contenders().getFirst();
            Duration time = Duration.ofMinutes(options.soakMinutes());
            List<String> growth = new Soak(pods, options.soakPods(), OUT::println).run(time);
            growth.forEach(line -> OUT.println("GREW: " + line));
            OUT.println(growth.isEmpty() ? "nothing grew" : "failed");
            return growth.isEmpty();
        }
    }

    /** What the machine does by itself, once the daemons have come to rest. */
    private static CpuMeter idle() {
        Waiting.pause(REST);
        CpuMeter idle = new CpuMeter(ProcessHandle.current().pid());
        progress("idle, the machine uses %.0f %% of a core%s"
                .formatted(
                        idle.idleCores() * 100,
                        idle.idleCores() > QUIET ? ": it is not quiet, trust the CPU time of processes alone" : ""));
        return idle;
    }

    /** A part that fails is told of, and the others are measured all the same. */
    private static boolean measure(Part part, Session session) {
        try {
            part.measure(session);
            return true;
        } catch (RuntimeException failure) {
            progress(part.getClass().getSimpleName() + " FAILED: " + failure);
            failure.printStackTrace(OUT);
            session.contenders().forEach(Pods::clear);
            return false;
        }
    }

    private static void progress(String line) {
        OUT.printf("%4d s  %s%n", (System.nanoTime() - START) / 1_000_000_000, line);
    }
}
