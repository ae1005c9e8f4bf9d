package io.berth.e2e.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a series came to. Not for several threads. */
public final class Figures {
    private final String rounds;
    private final long start = System.nanoTime();
    private final List<String> wrong = new ArrayList<>();
    private int number;
    private int images;
    private int missing;
    private int pods;
    private int steps;
    private long unflushed;
    private long lost;

    /** @param rounds what is counted, such as "power cuts" */
    Figures(String rounds) {
        this.rounds = rounds;
    }

    /** Takes in one round. */
    void add(int done, LossyDisk.Loss loss, Inspection.Findings found, int cargo) {
        number++;
        steps += done;
        unflushed += loss.blocks();
        lost += loss.lost();
        images += found.images();
        missing += cargo - found.images();
        pods += found.pods();
        found.wrong().forEach(text -> wrong.add("round " + number + ": " + text));
    }

    /** Takes in what should not be. */
    void addWrong(List<String> texts) {
        texts.forEach(text -> wrong.add("round " + (number + 1) + ": " + text));
    }

    /** Everything that was wrong; empty when the series was passed. */
    public List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Rounds so far. */
    public int number() {
        return number;
    }

    /** Images that a start has found, over all rounds. */
    public int images() {
        return images;
    }

    /** Blocks that were lost or fell back to an older state, over all rounds. */
    public long lostBlocks() {
        return lost;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d %s in %d s: %d pulls, removals and pods done before; after the starts %d images read, all right but"
                        + " %d findings, %d images pulled again, %d pods removed; %d of %d unflushed blocks lost",
                number,
                rounds,
                (System.nanoTime() - start) / 1_000_000_000,
                steps,
                images,
                wrong.size(),
                missing,
                pods,
                lost,
                unflushed);
    }
}
