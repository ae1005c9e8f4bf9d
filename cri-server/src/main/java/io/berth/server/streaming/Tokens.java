package io.berth.server.streaming;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Requests that wait for their clients, each under a random token that works once, for a minute. Thread-safe. */
final class Tokens {
    static final Duration LIFE = Duration.ofMinutes(1);

    /** Requests that may wait at a time; the kubelet's own server allows as many. */
    static final int LIMIT = 1000;

    private static final int RANDOM_BYTES = 24;

    private final LongSupplier clock;

    /** In the order of their ends. */
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /** Made with the first token: the JDK's providers are no part of the start. */
    private static final class Source {
        static final SecureRandom RANDOM = new SecureRandom();

        private Source() {}
    }

    /**
     * Without any token yet.
     *
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    Tokens(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Returns a new token for this request.
     *
     * @throws BerthException RESOURCE_EXHAUSTED when too many requests wait
     */
    synchronized String issue(StreamRequest request) {
        forgetOld();
        if (waiting.size() >= LIMIT) {
            throw new BerthException(
                    ErrorKind.RESOURCE_EXHAUSTED,
                    "more than " + LIMIT + " requests for streams wait for their clients; each is given up after "
                            + LIFE.toSeconds() + " s");
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        Source.RANDOM.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        waiting.put(token, new Waiting(request, clock.getAsLong() + LIFE.toNanos()));
        return token;
    }

    /** Takes the request of a token that was issued for this path; null when there is none, or none any more. */
    synchronized @Nullable StreamRequest take(String path, String token) {
        forgetOld();
        Waiting found = waiting.get(token);
        if (found == null || !found.request().path().equals(path)) {
            return null;
        }
        waiting.remove(token);
        return found.request();
    }

    private void forgetOld() {
        long now = clock.getAsLong();
        Iterator<Waiting> all = waiting.values().iterator();
        while (all.hasNext() && all.next().end() - now <= 0) {
            all.remove();
        }
    }

    private record Waiting(StreamRequest request, long end) {}
}
