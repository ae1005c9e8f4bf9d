package io.berth.core.statistics;

/** Pressure stall information of one resource. */
public record PressureStatistics(Pressure some, Pressure full) {
    /**
     * One line of a pressure file.
     *
     * @param totalMicroseconds stalled since the cgroup was made
     * @param average10 percent of the last 10 seconds, and so on
     */
    public record Pressure(long totalMicroseconds, double average10, double average60, double average300) {
        static final Pressure NONE = new Pressure(0, 0, 0, 0);
    }
}
