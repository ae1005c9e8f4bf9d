package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.http.HttpAnswer;
import io.berth.imagefs.http.HttpCall;
import io.berth.imagefs.http.HttpConnections;
import io.berth.imagefs.http.HttpConnections.Cancellation;
import io.berth.imagefs.http.HttpConnections.Security;
import io.berth.imagefs.http.HttpTimes;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for one pull: time-outs, retries of what is worth it, and redirects that take no credentials along. What it has
 * under way ends with {@link #close}; connections stay for the next pull. Any thread.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    /** For hosts of which nothing is known but their URLs. */
    private static final RegistryHost ANYBODY = RegistryHost.at(URI.create("https://any.invalid"));

    private final Endpoints endpoints;
    private final List<Endpoint> known;
    private final PullLimits limits;
    private final String userAgent;
    private final HttpConnections connections;
    private final HttpTimes times;
    private final Map<RegistryHost, SslContext> contexts = new HashMap<>();
    private final Set<Cancellation> underWay = Collections.newSetFromMap(new WeakHashMap<>());
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Prepares.
     *
     * @param known the pull's endpoints; their headers and TLS settings are for them alone, not for what they redirect
     *     to
     */
    Transport(
            Endpoints endpoints,
            List<Endpoint> known,
            PullLimits limits,
            String userAgent,
            HttpConnections connections) {
        this.endpoints = endpoints;
        this.known = known;
        this.limits = limits;
        this.userAgent = userAgent;
        this.connections = connections;
        this.times = new HttpTimes(
                limits.connectTimeout(),
                limits.connectTimeout().plus(limits.responseTimeout()),
                limits.progressTimeout());
    }

    private @Nullable RegistryHost hostOf(URI uri) {
        return known.stream()
                .map(Endpoint::host)
                .filter(host -> Hosts.sameOrigin(host.base(), uri))
                .findFirst()
                .orElse(null);
    }

    /**
     * Connections are shared among hosts that want the same of TLS. Files are read once a pull, when they are needed.
     */
    private Security securityOf(URI uri) {
        RegistryHost host = hostOf(uri);
        RegistryHost settings = host == null || host.usesPlainTls() ? ANYBODY : host;
        return new Security(settings.equals(ANYBODY) ? ANYBODY : new Own(settings), () -> context(settings));
    }

    /** Connections with settings of their own are this pull's alone: the files may have changed by the next one. */
    private final class Own {
        private final RegistryHost settings;

        private Own(RegistryHost settings) {
            this.settings = settings;
        }

        private Transport transport() {
            return Transport.this;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Own own && own.transport() == transport() && own.settings.equals(settings);
        }

        @Override
        public int hashCode() {
            return settings.hashCode();
        }
    }

    private synchronized SslContext context(RegistryHost settings) {
        return contexts.computeIfAbsent(settings, TlsContexts::of);
    }

    /** A GET request, followed through redirects. {@code what} names the thing wanted in errors. */
    Answer get(URI uri, String accept, @Nullable String authorization, String what) {
        return get(uri, accept, authorization, ByteRange.ALL, what);
    }

    /** As {@link #get(URI, String, String, String)}, asking for a range. */
    Answer get(URI uri, String accept, @Nullable String authorization, ByteRange range, String what) {
        URI target = uri;
        String shown = authorization;
        Set<URI> visited = new HashSet<>();
        while (true) {
            endpoints.requireAllowed(target, what, known);
            if (!visited.add(target)) {
                throw redirects(what, "goes round in a circle at " + target.getHost());
            }
            HttpHeaders headers = headers(target, shown).add("Accept", accept);
            if (!range.isAll()) {
                headers.add("Range", range.header());
            }
            Answer answer = send(HttpCall.get(target, headers), what);
            if (!isRedirect(answer.status())) {
                return answer;
            }
            answer.close();
            URI next = location(answer, what);
            if (target.getScheme().equals("https")
                    && String.valueOf(next.getScheme()).equals("http")) {
                throw redirects(what, "leads from HTTPS to plain HTTP at " + next.getHost());
            }
            if (visited.size() > MOST_REDIRECTS) {
                throw redirects(what, "takes more than " + MOST_REDIRECTS + " hops");
            }
            if (next.getHost() == null || !Hosts.sameOrigin(target, next)) {
                shown = null;
            }
            target = next;
        }
    }

    /** A POST request of a form. Redirects are not followed: forms carry secrets. */
    Answer post(URI uri, String form, String what) {
        endpoints.requireAllowed(uri, what, known);
        HttpHeaders headers = headers(uri, null)
                .add("Content-Type", "application/x-www-form-urlencoded")
                .add("Accept", "application/json");
        return send(new HttpCall(HttpMethod.POST, uri, headers, form.getBytes(StandardCharsets.UTF_8)), what);
    }

    /** The failure of a connection, or of a body that broke off. */
    static ImageException broken(String what, URI uri, IOException cause) {
        boolean late = cause instanceof SocketTimeoutException;
        boolean refused = cause instanceof ConnectException;
        String reason = cause.getMessage() != null
                ? cause.getMessage()
                : refused ? "connection refused" : cause.getClass().getSimpleName();
        return new ImageException(
                late ? ImageException.Kind.DEADLINE_EXCEEDED : ImageException.Kind.UNAVAILABLE,
                what + ": " + Hosts.authority(uri) + (refused ? " cannot be reached: " : ": ")
                        + Texts.shortened(reason),
                cause);
    }

    private HttpHeaders headers(URI uri, @Nullable String authorization) {
        HttpHeaders headers = new DefaultHttpHeaders().add("User-Agent", userAgent);
        RegistryHost host = hostOf(uri);
        if (host != null) {
            host.headers().forEach(headers::add);
        }
        if (authorization != null) {
            if (!authorization.chars().allMatch(Transport::fitsHeader)) {
                throw new ImageException(
                        ImageException.Kind.UNAUTHENTICATED,
                        "the credentials for " + Hosts.authority(uri)
                                + " hold a character that an HTTP header cannot carry: check them");
            }
            headers.set("Authorization", authorization);
        }
        return headers;
    }

    /** Printable ASCII: tokens are given by users and by registries' token servers. */
    private static boolean fitsHeader(int character) {
        return character >= ' ' && character < 0x7f;
    }

    private Answer send(HttpCall call, String what) {
        Duration pause = limits.retryDelay();
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt >= limits.attempts();
            Duration asked = Duration.ZERO;
            try {
                Answer answer = exchange(call);
                if (last || !isWorthRetrying(answer.status())) {
                    return answer;
                }
                asked = RetryAfter.parse(answer.header("Retry-After"));
                answer.close();
            } catch (ConnectException | SocketTimeoutException e) {
                // Waiting longer for a host that is not there helps nobody, and a mirror may be next.
                throw broken(what, call.uri(), e);
            } catch (IOException e) {
                if (last || closed.getCount() == 0) {
                    throw broken(what, call.uri(), e);
                }
            }
            pause(asked.compareTo(pause) > 0 ? asked : pause, what);
            pause = pause.multipliedBy(2);
        }
    }

    private Answer exchange(HttpCall call) throws IOException {
        try {
            HttpAnswer answer = connections.send(call, securityOf(call.uri()), times, this::started);
            return new Answer(call.uri(), answer.status(), answer.headers(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(call.uri().toString(), e);
        }
    }

    private void started(Cancellation exchange) {
        synchronized (underWay) {
            underWay.add(exchange);
        }
        if (closed.getCount() == 0) {
            exchange.cancel();
        }
    }

    /** Waits before going on with a body that broke off. */
    void pauseBefore(int attempt, String what) {
        pause(ResumingBlob.doubled(limits.retryDelay(), attempt), what);
    }

    private void pause(Duration wanted, String what) {
        Duration pause = wanted.compareTo(limits.longestRetryDelay()) > 0 ? limits.longestRetryDelay() : wanted;
        try {
            if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw cancelled(what, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(what, e);
        }
    }

    private static boolean isWorthRetrying(int status) {
        return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static URI location(Answer answer, String what) {
        try {
            return answer.uri().resolve(answer.header("Location"));
        } catch (IllegalArgumentException e) {
            throw new ImageException(
                    ImageException.Kind.UNAVAILABLE,
                    what + ": " + Hosts.authority(answer.uri()) + " redirects to something that is no URL",
                    e);
        }
    }

    private static ImageException redirects(String what, String how) {
        return new ImageException(ImageException.Kind.UNAVAILABLE, what + ": the registry's redirect " + how);
    }

    private static ImageException cancelled(String what, @Nullable Throwable cause) {
        return new ImageException(ImageException.Kind.CANCELLED, what + ": cancelled", cause);
    }

    @Override
    public void close() {
        closed.countDown();
        synchronized (underWay) {
            underWay.forEach(Cancellation::cancel);
            underWay.clear();
        }
    }
}
