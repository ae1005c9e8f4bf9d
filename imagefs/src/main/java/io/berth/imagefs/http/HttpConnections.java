package io.berth.imagefs.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests over connections that are kept for a while, for all pulls of a store. Has no thread, no memory and no
 * connection before the first request, and none again some time after the last one. Any thread.
 */
public final class HttpConnections implements AutoCloseable {
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

    private static final Duration HOUSEKEEPING = Duration.ofSeconds(5);

    private final ConnectionPool pool;
    private final EventLoops loops;
    private final Proxies proxies;

    public HttpConnections(Proxies proxies) {
        this(proxies, LONGEST_IDLE, HOUSEKEEPING);
    }

    /**
     * As {@link #HttpConnections(Proxies)}.
     *
     * @param longestIdle how long a connection is kept that nobody uses
     * @param housekeeping how often is looked for such
     */
    HttpConnections(Proxies proxies, Duration longestIdle, Duration housekeeping) {
        this.proxies = proxies;
        this.pool = new ConnectionPool(longestIdle);
        this.loops = new EventLoops(pool::expire, housekeeping);
    }

    /**
     * How a host wants TLS.
     *
     * @param identity equal for hosts whose connections may be shared
     * @param context made when a connection needs it
     */
    public record Security(Object identity, Supplier<SslContext> context) {}

    /**
     * Sends a request and waits for the beginning of its answer. One that is safe to repeat goes over a kept connection
     * first, and over a new one where that turns out to have been closed.
     *
     * @param started is told of what can be cancelled (from any thread) as long as it goes on, the body included
     * @throws java.net.ConnectException where there is nothing to connect to
     * @throws SocketTimeoutException where something takes too long
     */
    public HttpAnswer send(HttpCall call, Security security, HttpTimes times, Consumer<Cancellation> started)
            throws IOException, InterruptedException {
        URI uri = call.uri();
        Route route = Route.to(uri, proxies.of(uri), security.identity());
        while (true) {
            Connection kept = call.isRepeatable() ? pool.take(route) : null;
            Exchange exchange = new Exchange();
            started.accept(exchange);
            try {
                Connection connection = kept == null ? connect(route, security, times.connect()) : kept;
                connection.begin(call, route, exchange);
                if (connection.isFree() && connection instanceof Http2Connection) {
                    pool.put(route, connection);
                }
                HttpResponse head = exchange.head(times.response());
                return new HttpAnswer(
                        head.status().code(), head.headers(), new ResponseBody(exchange, times.progress()));
            } catch (SocketTimeoutException | InterruptedException e) {
                exchange.cancel();
                throw e;
            } catch (IOException e) {
                if (kept == null || exchange.isAnswered() || exchange.isCancelled()) {
                    throw e;
                }
            }
        }
    }

    /** How many connections wait for a request. */
    int idle() {
        return pool.size();
    }

    /** Ends a request, and the reading of its answer. Any thread; idempotent. */
    @FunctionalInterface
    public interface Cancellation {
        void cancel();
    }

    private Connection connect(Route route, Security security, Duration patience)
            throws IOException, InterruptedException {
        @Nullable SslContext context = route.secure() ? security.context().get() : null;
        try (EventLoops.Use use = loops.use()) {
            return new Connector(use, route, context, connection -> pool.put(route, connection)).connect(patience);
        }
    }

    /** Closes all connections and waits a moment for the end of their threads. */
    @Override
    public void close() {
        loops.close();
    }
}
