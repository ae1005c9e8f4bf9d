package io.berth.e2e.bench;

import java.util.List;

/**
 * Many calls of one kind.
 *
 * @param milliseconds each call's time, sorted
 * @param machineCpu CPU time of the whole machine per call, in milliseconds
 * @param processCpu the part of it of all processes, the client's included
 * @param daemonCpu the daemon's part of it
 */
public record Measurement(
        String operation, List<Double> milliseconds, double machineCpu, double processCpu, double daemonCpu) {
    /**
     * The time that this share of the calls did not take longer than.
     *
     * @param share 0.5 is the median
     */
    public double percentile(double share) {
        int index = (int) Math.ceil(share * milliseconds.size()) - 1;
        return milliseconds.get(Math.clamp(index, 0, milliseconds.size() - 1));
    }
}
