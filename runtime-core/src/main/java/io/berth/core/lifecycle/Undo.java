package io.berth.core.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps back, run newest first when an operation fails half-way. Used by one thread. */
final class Undo {
    private static final Logger LOGGER = LoggerFactory.getLogger(Undo.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    private record Step(String what, Runnable action) {}

    /** What must be done if a later step fails. */
    void add(String what, Runnable action) {
        steps.push(new Step(what, action));
    }

    /** Runs all steps; one that fails is logged and does not keep the others from running. */
    void run() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.action().run();
            } catch (RuntimeException failure) {
                LOGGER.error("While undoing: {}: {}", step.what(), failure.getMessage(), failure);
            }
        }
    }
}
