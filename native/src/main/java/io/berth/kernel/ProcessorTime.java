package io.berth.kernel;

/** The processor time of this process: of all its threads together, those that have ended among them. */
public final class ProcessorTime {
    /** {@code CLOCK_PROCESS_CPUTIME_ID} of {@code linux/time.h}. */
    private static final int CLOCK_OF_PROCESS = 2;

    /** {@code sizeof (struct timespec)}. */
    private static final int TIME_SIZE = 16;

    private static final long SECOND = 1_000_000_000;

    private ProcessorTime() {}

    /**
     * In nanoseconds since the process began, in user and in kernel mode.
     *
     * @throws SystemCallException when the kernel refuses, which no Linux does
     * @see <a href="https://man7.org/linux/man-pages/man2/clock_gettime.2.html">clock_gettime(2)</a>
     */
    public static long nanos() {
        try (Scratch scratch = Scratch.borrow()) {
            int time = scratch.allocate(TIME_SIZE);
            KernelEntry.require(
                    scratch,
                    SystemCallNumber.CLOCK_GETTIME,
                    null,
                    "the process's processor time",
                    CLOCK_OF_PROCESS,
                    scratch.address(time),
                    0,
                    0,
                    0,
                    0);
            return scratch.memory().getLong(time) * SECOND + scratch.memory().getLong(time + Long.BYTES);
        }
    }
}
