package io.berth.e2e.bench;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Command;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.PullImageRequest;
import java.time.Duration;
import java.util.Locale;

/**
 * One pull.
 *
 * @param runtime who pulled
 * @param image how it is packed, and which run it was
 * @param seconds from the request to the answer
 * @param machineCpu seconds of the whole machine until all is on the disk, the registry's part included
 * @param runtimeCpu seconds of the runtime's own process
 * @param peakMegabytes the most that it had resident, above what it had before
 */
public record PullRun(
        String runtime, String image, double seconds, double machineCpu, double runtimeCpu, double peakMegabytes) {
    private static final Duration AFTERMATH = Duration.ofMillis(300);
    private static final double MILLISECONDS = 1000;
    private static final double NANOSECONDS = 1e9;

    static final String HEADING = String.format(
            Locale.ROOT,
            "%-12s %-14s %8s %16s %14s %18s",
            "",
            "",
            "wall, s",
            "machine CPU, s",
            "own CPU, s",
            "peak, MB above");

    /** Pulls without measuring. */
    static void pull(CriClient client, String image) {
        client.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    /**
     * Pulls and measures. The image stays: where many files have been deleted a moment ago, ext4 without a journal
     * looks for new ones several times as long.
     *
     * <p>What comes onto the disk is on it before and after: who leaves that to the kernel would have the next one pay
     * for it, in time if that one synchronizes, and in CPU time.
     */
    public static PullRun measure(
            String runtime, long pid, CriClient client, CpuMeter meter, String image, String name) {
        Command.output("sync");
        long before = Memory.residentKilobytes(pid);
        Memory.forgetPeak(pid);
        long[] time = new long[1];
        CpuMeter.Spent spent = meter.measure(
                () -> {
                    long start = System.nanoTime();
                    pull(client, image);
                    time[0] = System.nanoTime() - start;
                    Command.output("sync");
                },
                AFTERMATH);
        long peak = Memory.peakKilobytes(pid) - before;
        return new PullRun(
                runtime,
                name,
                time[0] / NANOSECONDS,
                spent.machine() / MILLISECONDS,
                spent.daemon() / MILLISECONDS,
                peak / 1024.0);
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-12s %-14s %8.2f %16.2f %14.2f %18.1f",
                runtime,
                image,
                seconds,
                machineCpu,
                runtimeCpu,
                peakMegabytes);
    }
}
