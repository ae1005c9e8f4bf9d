package io.berth.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The compiler threads of this virtual machine. What they use is the measuring program's and no part of what is
 * measured. They must be there from the beginning ({@code -XX:-UseDynamicNumberOfCompilerThreads}): the time of one
 * that has ended is lost.
 */
final class OwnCompiler {
    /** As the kernel has their names: 15 characters of them. */
    private static final List<String> NAMES = List.of("C1 CompilerThre", "C2 CompilerThre");

    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;

    private final List<Path> threads;

    OwnCompiler() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            threads = all.filter(OwnCompiler::compiles)
                    .map(thread -> thread.resolve("schedstat"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("look for the compiler's threads", failure);
        }
    }

    private static boolean compiles(Path thread) {
        try {
            return NAMES.contains(Files.readString(thread.resolve("comm")).strip());
        } catch (IOException ended) {
            return false;
        }
    }

    /** CPU time that they have used so far; none of those that have ended. */
    double milliseconds() {
        double sum = 0;
        for (Path thread : threads) {
            try {
                // Time on a processor, time of waiting for one, turns.
                sum += Double.parseDouble(Files.readString(thread).split(" ", 2)[0]);
            } catch (IOException ended) {
                // Nothing more comes of it.
            }
        }
        return sum / NANOSECONDS_PER_MILLISECOND;
    }
}
