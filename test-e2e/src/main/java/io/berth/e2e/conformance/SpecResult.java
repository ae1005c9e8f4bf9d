package io.berth.e2e.conformance;

/**
 * How one spec went.
 *
 * @param detail why it was skipped, or what failed; empty when it passed
 * @param seconds that it took
 */
record SpecResult(String name, State state, String detail, double seconds) {
    /** How a spec can end. */
    enum State {
        PASSED,
        SKIPPED,
        FAILED
    }

    static SpecResult skipped(String name, String reason) {
        return new SpecResult(name, State.SKIPPED, reason, 0);
    }

    static SpecResult failed(String name, String cause) {
        return new SpecResult(name, State.FAILED, cause, 0);
    }

    SpecResult named(String other) {
        return new SpecResult(other, state, detail, seconds);
    }

    boolean isFailure() {
        return state == State.FAILED;
    }

    /** Of two runs of the same spec the one that says more: a failure, else one that ran. */
    SpecResult orWorse(SpecResult other) {
        if (isFailure() || other.state == State.SKIPPED) {
            return this;
        }
        return other;
    }
}
