package io.berth.e2e.compare;

import java.time.Duration;
import java.util.List;

/** How many pods go up and down in a second, with different numbers of workers. */
final class RatePart implements Part {
    private static final double NANOSECONDS = 1e9;

    @Override
    public void measure(Session session) {
        for (int workers : session.scale().workers()) {
            for (Pods pods : session.contenders()) {
                session.progress()
                        .accept("pods: " + workers + " workers, "
                                + pods.contender().name());
                measure(session, pods, workers);
            }
        }
    }

    static Figure up(int workers) {
        return Figure.more("pods up, " + named(workers), "1/s");
    }

    static Figure down(int workers) {
        return Figure.more("pods down, " + named(workers), "1/s");
    }

    private static void measure(Session session, Pods pods, int workers) {
        Duration time = session.scale().upFor();
        long start = System.nanoTime();
        List<Life> lives = Workers.collectWhile(
                workers,
                session.scale().mostPods(),
                () -> System.nanoTime() - start < time.toNanos(),
                index -> pods.up());
        long up = System.nanoTime();
        pods.down(lives, workers);
        long down = System.nanoTime();
        session.results().add(up(workers), pods.contender(), lives.size() * NANOSECONDS / (up - start));
        session.results().add(down(workers), pods.contender(), lives.size() * NANOSECONDS / (down - up));
    }

    private static String named(int workers) {
        return workers == 1 ? "1 worker" : workers + " workers";
    }
}
