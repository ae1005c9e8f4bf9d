package io.berth.e2e.compare;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param warmUp pods of each containerd that are not measured, and as many on the host's network
 * @param rounds how often the contenders take turns
 * @param batch calls of one kind on end, in a round
 * @param lists lists and statuses in a round
 * @param workers with how many threads at once pods go up and down
 * @param upFor how long pods go up, at most
 * @param mostPods how many go up, at most
 * @param levels numbers of pods at which memory is read
 * @param rest before memory is read
 * @param probed pods of which each is probed
 * @param time of what is measured for a while: execs, probes, one pod's calls
 * @param crowd pods of a crowd
 * @param logMegabytes what a container writes
 * @param layers megabytes of files in each layer of an image that is pulled
 */
record Scale(
        int warmUp,
        int rounds,
        int batch,
        int lists,
        List<Integer> workers,
        Duration upFor,
        int mostPods,
        List<Integer> levels,
        Duration rest,
        int probed,
        Duration time,
        int crowd,
        int logMegabytes,
        List<Long> layers) {
    static Scale full() {
        return new Scale(
                20,
                6,
                10,
                500,
                List.of(1, 2, 8, 32),
                Duration.ofSeconds(2),
                300,
                List.of(10, 100, 300),
                Duration.ofSeconds(16),
                100,
                Duration.ofSeconds(6),
                100,
                256,
                List.of(20L, 60L, 40L, 30L));
    }

    /** Some four minutes in all. */
    static Scale quick() {
        return new Scale(
                5,
                2,
                5,
                200,
                List.of(1, 8),
                Duration.ofSeconds(1),
                100,
                List.of(10, 30),
                Duration.ofSeconds(2),
                30,
                Duration.ofSeconds(3),
                20,
                64,
                List.of(15L, 15L));
    }
}
