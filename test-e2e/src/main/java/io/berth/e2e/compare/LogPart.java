package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;

/** A container that writes lines of 100 bytes as fast as they are taken from it. */
final class LogPart implements Part {
    private static final int LINE = 100;
    private static final int MEGABYTE = 1_000_000;
    private static final int FILE_MEGABYTES = 16;
    private static final String LAST = "that was the last line";
    private static final double NANOSECONDS = 1e9;
    private static final double MILLISECONDS = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public void measure(Session session) {
        Path lines = session.disk().resolve("lines");
        write(lines);
        for (Pods pods : session.contenders()) {
            session.progress().accept("logs: " + pods.contender().name());
            measure(session, pods, lines);
        }
    }

    private static void measure(Session session, Pods pods, Path lines) {
        int times = Math.max(1, session.scale().logMegabytes() / FILE_MEGABYTES);
        Pod pod = pods.run();
        PodContainer container = pods.container(pod)
                .mount(lines, "/lines", true)
                // Nothing is between the file and the pipe: what is measured is who reads it.
                .script("i=0; while [ $i -lt " + times + " ]; do cat /lines; i=$((i+1)); done; echo " + LAST)
                .create();
        double before = cpuSeconds(pods.contender());
        long start = System.nanoTime();
        container.start();
        Waiting.untilPresent(
                () -> "the last line in " + container.logPath(),
                () -> endsWith(container.logPath(), LAST + "\n") ? Optional.of(true) : Optional.empty(),
                PATIENCE);
        double seconds = (System.nanoTime() - start) / NANOSECONDS;
        double megabytes = (double) times * FILE_MEGABYTES;
        double cpu = cpuSeconds(pods.contender()) - before;
        session.results().add(Figure.more("log of lines of 100 bytes", "MB/s"), pods.contender(), megabytes / seconds);
        session.results()
                .add(Figure.less("CPU of the runtime per GB of it", "s"), pods.contender(), cpu / megabytes * 1000);
        new Life(pod, container).end();
        Places.deleteTree(Path.of(pod.config().getLogDirectory()));
    }

    /** Of the daemon and its helpers, which all outlive the container's output. */
    private static double cpuSeconds(Contender contender) {
        return LongStream.concat(
                                LongStream.of(contender.daemon()),
                                contender.helpers().stream().mapToLong(pid -> pid))
                        .mapToDouble(CpuMeter::processMilliseconds)
                        .sum()
                / MILLISECONDS;
    }

    private static boolean endsWith(Path file, String end) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            byte[] last = new byte[end.length()];
            if (log.length() < last.length) {
                return false;
            }
            log.seek(log.length() - last.length);
            log.readFully(last);
            return new String(last, StandardCharsets.UTF_8).equals(end);
        }
    }

    private static void write(Path file) {
        String line = "x".repeat(LINE - 1) + "\n";
        try {
            Files.writeString(file, line.repeat(FILE_MEGABYTES * MEGABYTE / LINE));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
