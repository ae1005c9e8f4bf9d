package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.process.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What it costs to run a command in each of many containers once a second, as a kubelet's exec probes do. */
final class StandingProbes implements Standing {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final double PERCENT = 100;
    private static final double MILLISECONDS = 1000;

    @Override
    public SortedSet<Integer> levels(Scale scale) {
        return new TreeSet<>(List.of(scale.probed()));
    }

    @Override
    public void measure(Session session, Pods pods, List<Life> lives) {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        // A thread for each: one probe that takes long holds no other up, as in a kubelet.
        List<CompletableFuture<Void>> probers = new ArrayList<>();
        for (int i = 0; i < lives.size(); i++) {
            Life life = lives.get(i);
            long first = System.nanoTime() + INTERVAL.toNanos() * i / lives.size();
            probers.add(CompletableFuture.runAsync(
                    () -> probe(life, first, ended, done), task -> new Thread(task, "prober").start()));
        }
        try {
            Waiting.pause(WARM_UP);
            measure(session, pods, lives.size(), done);
        } finally {
            ended.set(true);
            probers.forEach(CompletableFuture::join);
        }
    }

    private static void measure(Session session, Pods pods, int count, AtomicInteger done) {
        Duration time = session.scale().time();
        int before = done.get();
        double clientBefore = CpuMeter.ownMilliseconds();
        CpuMeter.Spent spent = session.meter(pods).measure(() -> Waiting.pause(time), Duration.ZERO);
        String what = count + " exec probes a second: ";
        Results results = session.results();
        results.add(
                Figure.less(what + "CPU of all", "% of a core"),
                pods.contender(),
                spent.machine() * PERCENT / time.toMillis());
        results.add(
                Figure.less(what + "CPU of processes", "% of a core"),
                pods.contender(),
                spent.processes() * PERCENT / time.toMillis());
        double clientSpent = CpuMeter.ownMilliseconds() - clientBefore;
        results.add(
                Figure.less(what + "CPU of processes, the client's left out", "% of a core"),
                pods.contender(),
                (spent.processes() - clientSpent) * PERCENT / time.toMillis());
        results.add(
                Figure.more(what + "done", "1/s"),
                pods.contender(),
                (done.get() - before) * MILLISECONDS / time.toMillis());
    }

    /** A probe that takes longer than the interval is followed by the next one at once. */
    private static void probe(Life life, long first, AtomicBoolean ended, AtomicInteger done) {
        for (long next = first; !ended.get(); next = Math.max(next + INTERVAL.toNanos(), System.nanoTime())) {
            Waiting.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            life.container().execSync(10, "/bin/true");
            done.incrementAndGet();
        }
    }
}
