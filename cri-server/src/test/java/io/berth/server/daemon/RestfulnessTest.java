package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestfulnessTest {
    private Optional<Duration> processorTime = Optional.of(Duration.ofSeconds(100));
    private Duration now = Duration.ofHours(1);

    private final Restfulness rest = new Restfulness(() -> processorTime, () -> now.toNanos());

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

    @Test
    void aMachineThatDoesNotTellIsNeverAtRest() {
        processorTime = Optional.empty();
        pass(Duration.ofSeconds(15), Duration.ZERO);
        assertFalse(rest.sinceLastAsked());
    }

    private void pass(Duration time, Duration used) {
        now = now.plus(time);
        processorTime = processorTime.map(before -> before.plus(used));
    }
}
