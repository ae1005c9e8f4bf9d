package io.berth.server.daemon;

import io.berth.core.BerthRuntime;
import io.berth.core.error.BerthException;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageStore;
import io.berth.kernel.SystemCallException;
import io.berth.network.NetworkException;
import io.berth.network.bridge.BridgeNetwork;
import io.berth.server.BuildInformation;
import io.berth.server.config.BerthConfig;
import io.berth.server.config.NriPluginsConfig;
import io.berth.server.config.ReadConfig;
import io.berth.server.cri.EarlyHeaders;
import io.berth.server.cri.EventCalls;
import io.berth.server.cri.ImageService;
import io.berth.server.cri.RpcExecutor;
import io.berth.server.cri.RuntimeService;
import io.berth.server.logging.Logging;
import io.berth.server.metrics.CallMetrics;
import io.berth.server.metrics.DaemonMetrics;
import io.berth.server.metrics.MetricsServer;
import io.berth.server.node.LateServices;
import io.berth.server.streaming.StreamingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the daemon. Parts are opened from the bottom up and closed in the other order; pods and containers run on
 * under their shims, whatever happens here.
 */
public final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long a stop waits for calls that run; longer ones (a pull, a graceful stop) are cut off. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);

    private final BerthConfig config;
    private final ServiceManager manager = ServiceManager.ofEnvironment();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable CriServer server;
    private @Nullable EventCalls events;

    private Daemon(BerthConfig config) {
        this.config = config;
    }

    /**
     * Runs a daemon; a signal ends the process and with it this call. (A rehearsal returns.)
     *
     * @throws StartupException when it cannot start, with everything closed again
     */
    public static void run(ReadConfig read) {
        long begin = System.nanoTime();
        Machine.check();
        Logging.configure(read.config().log());
        Daemon daemon = new Daemon(read.config());
        Shutdown.onSignal(daemon::stop, read.config().server().shutdownDeadline());
        try {
            daemon.start(read, begin);
        } catch (RuntimeException | IOException e) {
            daemon.abandon();
            throw reason(e);
        }
        if (Rehearsal.isWanted()) {
            Rehearsal.play(daemon.config.socket(), daemon.config.runDirectory());
            daemon.stop();
            return;
        }
        Housekeeping.start();
        Shutdown.await();
    }

    /** One line for the person who started it; what nobody foresaw is logged with its stack trace too. */
    private static StartupException reason(Exception failure) {
        return switch (failure) {
            case StartupException known -> known;
            case BerthException known -> new StartupException(String.valueOf(known.getMessage()), known);
            case ImageException known -> new StartupException(String.valueOf(known.getMessage()), known);
            case NetworkException known -> new StartupException(String.valueOf(known.getMessage()), known);
            case SystemCallException known -> new StartupException(String.valueOf(known.getMessage()), known);
            case IOException known -> new StartupException("starting: " + known, known);
            default -> {
                LOG.error("starting", failure);
                yield new StartupException("starting: " + failure, failure);
            }
        };
    }

    /** The start failed: what it has opened is closed, and the status of the end is the caller's. */
    private void abandon() {
        Shutdown.disarm();
        closeAll();
    }

    private synchronized void start(ReadConfig read, long begin) throws IOException {
        Directories.make(config.stateDirectory(), Directories.PRIVATE);
        opened(StateLock.take(config.stateDirectory()));
        Directories.make(config.runDirectory(), Directories.PASSABLE);
        Path shim = Distribution.shim(config.shimPath());
        SocketFile socket = new SocketFile(config.socket());
        CriServer serving = CriServer.prepare(socket.prepare());
        server = serving;

        ImageStore images = opened(ImageStore.open(Settings.images(config)));
        images.collect();
        BridgeNetwork network = opened(BridgeNetwork.open(Settings.network(config)));
        BerthRuntime runtime = opened(BerthRuntime.open(Settings.core(config, shim), images, network));

        RpcExecutor executor = opened(new RpcExecutor(
                config.server().requestThreads(), config.server().requestQueue()));
        StreamingServer streams = opened(new StreamingServer(config.server().streaming(), runtime.streams()));
        opened(serving);
        RuntimeService service = new RuntimeService(runtime, streams, () -> Information.of(read.settings()), executor);
        events = service.events();
        CallMetrics calls = new CallMetrics();
        serving.start(
                List.of(service, new ImageService(images, executor)),
                new LateServices(images),
                List.of(new EarlyHeaders()),
                List.of(calls));
        preload(images);
        NriPluginsConfig nri = config.nri();
        if (nri.enabled() && nri.isPartOfTheStart()) {
            runtime.servePlugins(Settings.nri(config));
        }
        WarmUp.answer(socket.aside());
        socket.publish();
        opened(socket::remove);
        manager.ready("serving " + config.socket());
        LOG.atInfo()
                .addKeyValue("version", BuildInformation.version())
                .addKeyValue("socket", config.socket())
                .addKeyValue("milliseconds", (System.nanoTime() - begin) / 1_000_000)
                .log("ready");
        WarmUp.goOn(config.socket(), runtime::prepare);
        String address = config.metrics().address();
        if (!address.isEmpty()) {
            opened(MetricsServer.later(address, new DaemonMetrics(runtime, images, calls, service.events())));
        }
        if (nri.enabled() && !nri.isPartOfTheStart()) {
            runtime.servePlugins(Settings.nri(config));
        }
    }

    private void preload(ImageStore images) {
        Path directory = Distribution.images(config.images().preloadDirectory());
        if (directory != null) {
            new Preload(images, config.stateDirectory()).from(directory);
        }
    }

    /** Waits for a start that is under way; a second call finds nothing left to stop. */
    private synchronized void stop() {
        if (open.isEmpty()) {
            return;
        }
        LOG.info("stopping; pods run on");
        manager.stopping();
        CriServer serving = server;
        EventCalls subscribers = events;
        if (subscribers != null) {
            subscribers.close();
        }
        if (serving != null) {
            try {
                Duration half = config.server().shutdownDeadline().dividedBy(2);
                serving.drain(Math.min(half.toMillis(), LONGEST_DRAIN.toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closeAll();
        LOG.info("stopped");
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private synchronized void closeAll() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("closing {}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
