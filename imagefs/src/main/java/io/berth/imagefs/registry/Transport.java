package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.content.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for one pull: time-outs, retries of what is worth it, and redirects that take no credentials along. Its
 * connections and threads end with {@link #close}, so that a daemon at rest has none. Any thread.
 */
final class Transport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final int THREADS = 2;
    /** Connections are closed at once; that their threads have ended is worth a short wait. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Endpoints endpoints;
    private final List<Endpoint> known;
    private final PullLimits limits;
    private final String userAgent;
    private final ExecutorService executor;
    private final HttpClient client;
    private final Map<URI, HttpClient> special = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Prepares.
     *
     * @param known the pull's endpoints; their headers and TLS settings are for them alone, not for what they redirect
     *     to
     */
    Transport(Endpoints endpoints, List<Endpoint> known, PullLimits limits, String userAgent) {
        this.endpoints = endpoints;
        this.known = known;
        this.limits = limits;
        this.userAgent = userAgent;
        this.executor = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("registry-http-", 0).factory());
        this.client = builder().build();
    }

    private HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(limits.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER);
    }

    private @Nullable RegistryHost hostOf(URI uri) {
        return known.stream()
                .map(Endpoint::host)
                .filter(host -> Hosts.sameOrigin(host.base(), uri))
                .findFirst()
                .orElse(null);
    }

    private synchronized HttpClient clientFor(URI uri) {
        RegistryHost host = hostOf(uri);
        if (host == null || host.usesPlainTls() || !uri.getScheme().equals("https")) {
            return client;
        }
        return special.computeIfAbsent(
                host.base(), _ -> builder().sslContext(TlsContexts.of(host)).build());
    }

    /** A GET request, followed through redirects. {@code what} names the thing wanted in errors. */
    Answer get(URI uri, String accept, @Nullable String authorization, String what) {
        return get(uri, accept, authorization, 0, what);
    }

    /** As {@link #get(URI, String, String, String)}, asking for what comes from an offset on. */
    Answer get(URI uri, String accept, @Nullable String authorization, long offset, String what) {
        URI target = uri;
        String shown = authorization;
        Set<URI> visited = new HashSet<>();
        while (true) {
            endpoints.requireAllowed(target, what, known);
            if (!visited.add(target)) {
                throw redirects(what, "goes round in a circle at " + target.getHost());
            }
            HttpRequest.Builder request = request(target, shown).header("Accept", accept);
            if (offset > 0) {
                request.header("Range", "bytes=" + offset + "-");
            }
            Answer answer = send(request.GET(), what);
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
        HttpRequest.Builder request = request(uri, null)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return send(request, what);
    }

    /** The failure of a connection, or of a body that broke off. */
    static ImageException broken(String what, URI uri, IOException cause) {
        boolean late = cause instanceof HttpTimeoutException;
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

    private HttpRequest.Builder request(URI uri, @Nullable String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("User-Agent", userAgent);
        if (uri.getScheme().equals("http")) {
            request.version(HttpClient.Version.HTTP_1_1);
        }
        RegistryHost host = hostOf(uri);
        if (host != null) {
            host.headers().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        }
        if (authorization != null) {
            if (!authorization.chars().allMatch(Transport::fitsHeader)) {
                throw new ImageException(
                        ImageException.Kind.UNAUTHENTICATED,
                        "the credentials for " + Hosts.authority(uri)
                                + " hold a character that an HTTP header cannot carry: check them");
            }
            request.header("Authorization", authorization);
        }
        return request;
    }

    /** Printable ASCII: tokens are given by users and by registries' token servers. */
    private static boolean fitsHeader(int character) {
        return character >= ' ' && character < 0x7f;
    }

    private Answer send(HttpRequest.Builder builder, String what) {
        HttpRequest request = builder.build();
        Duration pause = limits.retryDelay();
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt >= limits.attempts();
            Duration asked = Duration.ZERO;
            try {
                Answer answer = exchange(request);
                if (last || !isWorthRetrying(answer.status())) {
                    return answer;
                }
                asked = RetryAfter.parse(answer.header("Retry-After"));
                answer.close();
            } catch (ConnectException | HttpTimeoutException e) {
                // Waiting longer for a host that is not there helps nobody, and a mirror may be next.
                throw broken(what, request.uri(), e);
            } catch (IOException e) {
                if (last || closed.getCount() == 0) {
                    throw broken(what, request.uri(), e);
                }
            }
            pause(asked.compareTo(pause) > 0 ? asked : pause, what);
            pause = pause.multipliedBy(2);
        }
    }

    private Answer exchange(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> future =
                clientFor(request.uri()).sendAsync(request, _ -> new StreamingBody(limits.progressTimeout()));
        try {
            HttpResponse<InputStream> response = future.get(responseTimeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(request.uri(), response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            future.cancel(true);
            HttpTimeoutException late = new HttpTimeoutException(
                    "no answer within " + responseTimeout().toSeconds() + " s");
            late.initCause(e);
            throw late;
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw cancelled(request.uri().toString(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** The connection is made within the same wait as the answer. */
    private Duration responseTimeout() {
        return limits.connectTimeout().plus(limits.responseTimeout());
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
        client.shutdownNow();
        synchronized (this) {
            special.values().forEach(HttpClient::shutdownNow);
        }
        try {
            boolean _ = client.awaitTermination(LAST_WORDS);
            executor.shutdown();
            boolean _ = executor.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            executor.shutdown();
            Thread.currentThread().interrupt();
        }
    }
}
