package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestfulnessTest {
    private Duration processorTime = Duration.ofSeconds(100);
    private Duration now = Duration.ofHours(1);

    private final Restfulness rest = new Restfulness(() -> processorTime.toNanos(), () -> now.toNanos());

    @Test
    void aProcessThatHardlyUsesAProcessorIsAtRest() {
        pass(Duration.ofSeconds(15), Duration.ofMillis(299));
        assertTrue(rest.sinceLastAsked());
    }

    @Test
    void oneThatWorksIsNot() {
        pass(Duration.ofSeconds(15), Duration.ofMillis(300));
        assertFalse(rest.sinceLastAsked());
    }

    @Test
    void onlyTheTimeSinceTheLastQuestionCounts() {
        pass(Duration.ofSeconds(15), Duration.ofSeconds(15));
        assertFalse(rest.sinceLastAsked());
        pass(Duration.ofSeconds(15), Duration.ZERO);
        assertTrue(rest.sinceLastAsked());
    }

    private void pass(Duration time, Duration used) {
        now = now.plus(time);
        processorTime = processorTime.plus(used);
    }
}
