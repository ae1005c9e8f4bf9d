package io.berth.core.metric;

import io.berth.core.statistics.KernelText;
import java.util.List;

/**
 * The threads of some processes by what they do ({@code /proc/PID/task/TID/stat}, proc(5)).
 *
 * @param sleeping interruptibly, and idle
 * @param running and runnable
 * @param uninterruptible in a wait that nothing ends but what is waited for: mostly disks
 */
record ThreadStates(int sleeping, int running, int stopped, int uninterruptible) {
    static final ThreadStates NONE = new ThreadStates(0, 0, 0, 0);

    /** Counts the threads whose stat files say these. A thread that is gone is in none of them. */
    static ThreadStates of(List<String> threads, KernelText text) {
        int sleeping = 0;
        int running = 0;
        int stopped = 0;
        int uninterruptible = 0;
        for (String thread : threads) {
            if (!text.read(null, "/proc/" + thread + "/stat")) {
                continue;
            }
            switch (state(text.text())) {
                case 'R' -> running++;
                case 'S', 'I' -> sleeping++;
                case 'T', 't' -> stopped++;
                case 'D' -> uninterruptible++;
                default -> {
                    // A zombie, or dead: no task any more.
                }
            }
        }
        return new ThreadStates(sleeping, running, stopped, uninterruptible);
    }

    /** The letter behind the name, which stands in parentheses and may have some of its own. */
    static char state(String stat) {
        int end = stat.lastIndexOf(')');
        return end < 0 || end + 2 >= stat.length() ? ' ' : stat.charAt(end + 2);
    }

    void add(Samples samples) {
        samples.add(PodMetric.TASKS_STATE, sleeping, "sleeping");
        samples.add(PodMetric.TASKS_STATE, running, "running");
        samples.add(PodMetric.TASKS_STATE, stopped, "stopped");
        samples.add(PodMetric.TASKS_STATE, uninterruptible, "uninterruptible");
    }
}
