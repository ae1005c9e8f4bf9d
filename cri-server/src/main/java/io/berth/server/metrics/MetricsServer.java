package io.berth.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows metrics at {@code http://ADDRESS/metrics} in Prometheus' text format: one thread that answers, some connections
 * at a time, none of them for long.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final int BACKLOG = 8;

    static {
        // Read once by the JDK's server, in seconds and numbers; its defaults are "for ever" and "any number".
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        System.setProperty("jdk.httpserver.maxConnections", "16");
    }

    private final CollectorRegistry registry = new CollectorRegistry();
    private @Nullable HttpServer server;
    private @Nullable ExecutorService executor;
    private boolean closed;

    private MetricsServer(DaemonMetrics metrics) {
        registry.register(metrics);
    }

    /**
     * A server that begins to listen on a thread of its own, so that nobody waits for it. When it cannot, the log says
     * so, and the daemon goes on without.
     *
     * @param address HOST:PORT
     */
    public static MetricsServer later(String address, DaemonMetrics metrics) {
        MetricsServer server = new MetricsServer(metrics);
        Thread thread = new Thread(
                () -> {
                    try {
                        server.start(address);
                    } catch (IOException | IllegalArgumentException e) {
                        LOG.error(
                                "No metrics at {}: {}; see metrics.address in the configuration",
                                address,
                                e.getMessage());
                    }
                },
                "metrics-start");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private synchronized void start(String address) throws IOException {
        if (closed) {
            return;
        }
        URI uri = URI.create("http://" + address);
        String host = uri.getHost().replace("[", "").replace("]", "");
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(host), uri.getPort()), BACKLOG);
        ExecutorService answering = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "metrics-http");
            thread.setDaemon(true);
            return thread;
        });
        made.setExecutor(answering);
        made.createContext("/metrics", this::answer);
        made.start();
        server = made;
        executor = answering;
        LOG.info(
                "metrics at http://{}:{}/metrics",
                uri.getHost(),
                made.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            StringWriter text = new StringWriter();
            TextFormat.write004(text, registry.metricFamilySamples());
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", TextFormat.CONTENT_TYPE_004);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (RuntimeException e) {
            LOG.warn("a scrape failed", e);
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
        }
        ExecutorService answering = executor;
        if (answering != null) {
            answering.shutdownNow();
        }
    }
}
