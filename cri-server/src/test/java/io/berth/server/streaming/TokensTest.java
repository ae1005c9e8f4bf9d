package io.berth.server.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final AtomicLong now = new AtomicLong();
    private final Tokens tokens = new Tokens(now::get);
    private final StreamRequest request = new StreamRequest.Forward("sandbox", List.of());

    @Test
    void aTokenWorksOnce() {
        String token = tokens.issue(request);
        assertThat(tokens.take("portforward", token)).isEqualTo(request);
        assertThat(tokens.take("portforward", token)).isNull();
    }

    @Test
    void aTokenWorksOnItsOwnPathOnly() {
        String token = tokens.issue(request);
        assertThat(tokens.take("exec", token)).isNull();
        assertThat(tokens.take("portforward", token)).isEqualTo(request);
    }

    @Test
    void aTokenLivesForAMinute() {
        String early = tokens.issue(request);
        String late = tokens.issue(request);
        now.addAndGet(Tokens.LIFE.toNanos() - 1);
        assertThat(tokens.take("portforward", early)).isEqualTo(request);
        now.incrementAndGet();
        assertThat(tokens.take("portforward", late)).isNull();
    }

    @Test
    void tokensHaveMoreThan128RandomBits() {
        Set<String> issued = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            issued.add(tokens.issue(request));
        }
        assertThat(issued).hasSize(100).allSatisfy(token -> assertThat(token).matches("[A-Za-z0-9_-]{32}"));
    }

    @Test
    void onlySoManyWaitAndOldOnesMakeRoom() {
        for (int i = 0; i < Tokens.LIMIT; i++) {
            tokens.issue(request);
        }
        assertThatThrownBy(() -> tokens.issue(request))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.RESOURCE_EXHAUSTED));
        now.addAndGet(Tokens.LIFE.toNanos());
        assertThat(tokens.issue(request)).isNotEmpty();
    }
}
