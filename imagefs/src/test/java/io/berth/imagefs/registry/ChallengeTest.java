package io.berth.imagefs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
    @Test
    void aBearerChallengeIsRead() {
        List<Challenge> challenges = Challenge.parse(List.of("Bearer realm=\"https://auth.docker.io/token\","
                + "service=\"registry.docker.io\", scope=\"repository:a/b:pull,push\",error=invalid_token"));
        assertThat(challenges).singleElement().satisfies(challenge -> {
            assertThat(challenge.scheme()).isEqualTo("bearer");
            assertThat(challenge.parameter("realm")).isEqualTo("https://auth.docker.io/token");
            assertThat(challenge.parameter("scope")).isEqualTo("repository:a/b:pull,push");
            assertThat(challenge.parameter("error")).isEqualTo("invalid_token");
            assertThat(challenge.parameter("absent")).isEmpty();
        });
    }

    @Test
    void severalChallengesInOneLineAndInSeveralAreRead() {
        assertThat(Challenge.parse(List.of("Negotiate, BASIC realm=\"a \\\"b\\\", c\" , Bearer realm=x", "Digest")))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic", "bearer", "digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",,,", "=", "Bearer realm=\"", "Bearer realm", "a=b=c", "\"", "Basic realm=\"x\\"})
    void nonsenseDoesNotHang(String header) {
        assertThat(Challenge.parse(List.of(header))).hasSizeLessThan(4);
    }

    @Test
    void anOverlongHeaderIsPassedOver() {
        assertThat(Challenge.parse(List.of("Basic realm=\"" + "x".repeat(10_000) + "\"")))
                .isEmpty();
    }
}
