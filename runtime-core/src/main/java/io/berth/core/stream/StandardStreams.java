package io.berth.core.stream;

import io.berth.core.error.BerthException;

/**
 * Which of a process's streams are carried.
 *
 * @param terminal they are a terminal's: then there is no standard error of its own
 */
public record StandardStreams(boolean input, boolean output, boolean error, boolean terminal) {
    /**
     * Refuses what nobody can serve.
     *
     * @throws BerthException INVALID_ARGUMENT
     */
    public StandardStreams {
        if (terminal && error) {
            throw BerthException.invalidArgument(
                    "tty and stderr are both set: a terminal has one output, which is stdout");
        }
        if (!input && !output && !error) {
            throw BerthException.invalidArgument("none of stdin, stdout and stderr is set: there is nothing to carry");
        }
    }
}
