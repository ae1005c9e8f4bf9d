package io.berth.imagefs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.imagefs.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final URI HOST = URI.create("https://registry.example");
    private static final String SCOPE = "repository:a:pull";
    private static final Endpoint SAILOR = new Endpoint(HOST, new Credentials.Basic("sailor", "anchor", ""));

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final TokenCache cache = new TokenCache(clock::get);

    @Test
    void aTokenIsShownAgainUntilItIsAboutToEnd() {
        cache.keep(SAILOR, SCOPE, "Bearer one", Duration.ofSeconds(100));
        clock.addAndGet(Duration.ofSeconds(89).toNanos());
        assertThat(cache.find(SAILOR, SCOPE)).isEqualTo("Bearer one");
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(cache.find(SAILOR, SCOPE)).isNull();
    }

    @Test
    void aTokenIsForItsHostItsRepositoryAndItsCallerAlone() {
        cache.keep(SAILOR, SCOPE, "Bearer one", Duration.ofSeconds(100));
        assertThat(cache.find(new Endpoint(HOST, Credentials.ANONYMOUS), SCOPE)).isNull();
        assertThat(cache.find(new Endpoint(HOST, new Credentials.Basic("sailor", "rope", "")), SCOPE))
                .isNull();
        assertThat(cache.find(
                        new Endpoint(
                                URI.create("https://other.example"), new Credentials.Basic("sailor", "anchor", "")),
                        SCOPE))
                .isNull();
        assertThat(cache.find(SAILOR, "repository:b:pull")).isNull();
    }

    @Test
    void theNumberOfTokensIsBounded() {
        for (int i = 0; i < 1000; i++) {
            cache.keep(SAILOR, "repository:" + i + ":pull", "Bearer " + i, Duration.ofHours(1));
        }
        assertThat(cache.find(SAILOR, "repository:0:pull")).isNull();
        assertThat(cache.find(SAILOR, "repository:999:pull")).isEqualTo("Bearer 999");
    }

    @Test
    void aLifeThatIsNotPromisedIsAMinuteAndNoneIsLongerThanADay() {
        assertThat(Token.lifetime(0)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Token.lifetime(-7)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Token.lifetime(300)).isEqualTo(Duration.ofMinutes(5));
        assertThat(Token.lifetime(Long.MAX_VALUE)).isEqualTo(Duration.ofDays(1));
    }
}
