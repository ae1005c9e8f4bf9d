package io.berth.e2e.compare;

import io.berth.e2e.process.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Pods of Berth go up and down in waves; in the end everything must be as it was before. */
final class Soak {
    private static final int WORKERS = 8;

    /** Between two looks. */
    private static final int WAVES = 4;

    /** The daemon has given back what only its last work had needed, and the kernel has ended the namespaces. */
    private static final Duration REST = Duration.ofSeconds(20);

    private final Pods pods;
    private final int count;
    private final Consumer<String> progress;
    private long ended;

    /**
     * A soak that has not begun.
     *
     * @param count how many pods are up at once
     */
    Soak(Pods pods, int count, Consumer<String> progress) {
        this.pods = pods;
        this.count = count;
        this.progress = progress;
    }

    /**
     * Goes on until the time is over, with two looks at least. The first wave fills caches and pools: the look after it
     * is what the last one is held against.
     *
     * @return what has grown, one line each
     */
    List<String> run(Duration time) {
        progress.accept(SoakLook.HEADING);
        long start = System.nanoTime();
        waves(1);
        SoakLook first = look();
        SoakLook last;
        do {
            waves(WAVES);
            last = look();
        } while (System.nanoTime() - start < time.toNanos());
        return last.grownSince(first);
    }

    private void waves(int number) {
        for (int wave = 0; wave < number; wave++) {
            List<Life> lives = pods.up(count, WORKERS);
            ended += lives.size();
            pods.down(lives, WORKERS);
        }
    }

    private SoakLook look() {
        Waiting.pause(REST);
        SoakLook look = SoakLook.at(pods.contender(), ended);
        progress.accept(look.line());
        return look;
    }
}
