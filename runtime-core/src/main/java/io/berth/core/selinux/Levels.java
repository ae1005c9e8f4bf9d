package io.berth.core.selinux;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Levels that no other pod has: two categories of 1024, s0:c1,c2, which is what keeps pods of one type apart. Safe for
 * any number of threads.
 */
final class Levels {
    private static final int CATEGORIES = 1024;

    /** More than there can be pods under way that are not in the list of those in use yet. */
    private static final int REMEMBERED = 4096;

    private static final int ATTEMPTS = 100_000;

    private final Supplier<Set<String>> used;
    private final RandomGenerator random;
    private final ArrayDeque<String> lately = new ArrayDeque<>();

    /** @param used the levels of all pods */
    Levels(Supplier<Set<String>> used, RandomGenerator random) {
        this.used = used;
        this.random = random;
    }

    /** One more. There are half a million; should they be all in use, one is given twice. */
    synchronized String next() {
        Set<String> taken = used.get();
        String level = random();
        for (int attempt = 0; attempt < ATTEMPTS && (taken.contains(level) || lately.contains(level)); attempt++) {
            level = random();
        }
        lately.addLast(level);
        if (lately.size() > REMEMBERED) {
            lately.removeFirst();
        }
        return level;
    }

    private String random() {
        int first = random.nextInt(CATEGORIES);
        int second = random.nextInt(CATEGORIES - 1);
        if (second >= first) {
            second++;
        }
        return "s0:c" + Math.min(first, second) + ",c" + Math.max(first, second);
    }
}
