package io.berth.e2e.bench;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.RemoveImageRequest;
import java.time.Duration;
import java.util.Locale;

/**
 * One pull.
 *
 * @param runtime who pulled
 * @param image how it is packed, and which run it was
 * @param seconds from the request to the answer
 * @param machineCpu seconds of the whole machine, the registry's part included
 * @param runtimeCpu seconds of the runtime's own process
 * @param peakMegabytes the most that it had resident, above what it had before
 */
record PullRun(
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

    /** Pulls, measures, and removes the image again. */
    static PullRun measure(String runtime, long pid, CriClient client, CpuMeter meter, String image, String name) {
        ImageSpec spec = ImageSpec.newBuilder().setImage(image).build();
        long before = Memory.residentKilobytes(pid);
        Memory.forgetPeak(pid);
        long[] time = new long[1];
        CpuMeter.Spent spent = meter.measure(
                () -> {
                    long start = System.nanoTime();
                    client.images()
                            .pullImage(
                                    PullImageRequest.newBuilder().setImage(spec).build());
                    time[0] = System.nanoTime() - start;
                },
                AFTERMATH);
        long peak = Memory.peakKilobytes(pid) - before;
        client.images()
                .removeImage(RemoveImageRequest.newBuilder().setImage(spec).build());
        Waiting.pause(AFTERMATH);
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
