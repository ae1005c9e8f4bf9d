package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How many execs one container takes in a second. */
final class ExecPart implements Part {
    private static final int[] WORKERS = {1, 8};
    private static final double MILLISECONDS = 1000;
    private static final Duration AFTERMATH = Duration.ofMillis(200);

    @Override
    public void measure(Session session) {
        for (Pods pods : session.contenders()) {
            session.progress().accept("exec: " + pods.contender().name());
            Life life = pods.up();
            for (int workers : WORKERS) {
                measure(session, pods, life, workers);
            }
            life.end();
        }
    }

    private static void measure(Session session, Pods pods, Life life, int workers) {
        Duration time = session.scale().time().dividedBy(3);
        AtomicInteger done = new AtomicInteger();
        CpuMeter.Spent spent = session.meter(pods)
                .measure(
                        () -> {
                            long start = System.nanoTime();
                            Workers.collectWhile(
                                    workers,
                                    Integer.MAX_VALUE,
                                    () -> System.nanoTime() - start < time.toNanos(),
                                    index -> {
                                        done.incrementAndGet();
                                        return life.container()
                                                .execSync(10, "/bin/true")
                                                .getExitCode();
                                    });
                        },
                        AFTERMATH);
        String suffix = workers == 1 ? ", 1 worker" : ", " + workers + " workers";
        session.results()
                .add(
                        Figure.more("execs" + suffix, "1/s"),
                        pods.contender(),
                        done.get() * MILLISECONDS / time.toMillis());
        session.results()
                .add(Figure.less("CPU per exec" + suffix, "ms"), pods.contender(), spent.machine() / done.get());
    }
}
