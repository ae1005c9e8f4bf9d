package io.berth.core.nri;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.nri.validate.DefaultValidator;
import io.berth.core.nri.wire.PluginConnection;
import io.berth.core.nri.wire.PluginError;
import io.berth.core.nri.wire.PluginLoop;
import io.berth.core.nri.wire.PluginUnavailable;
import io.berth.proto.nri.v1alpha1.ConfigureRequest;
import io.berth.proto.nri.v1alpha1.ConfigureResponse;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.Event;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainersRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainersResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves NRI plugins: lets them connect, tells new ones what there is and adds them to the registry, and does what they
 * ask for by themselves. One I/O thread, and a few ({@code nri-requests-N}) while there is something to do.
 */
public final class PluginService implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginService.class);

    /** The version of NRI whose messages these are; plugins tell older runtimes by it. */
    private static final String NRI_VERSION = "v0.12.2";

    private static final int ALL_EVENTS = (1 << (Event.LAST_VALUE - 1)) - 1;
    private static final int THREADS = 4;
    private static final int QUEUE = 256;

    /** How long the view of what there is waits for the windows that are open, and is waited for by new ones. */
    private static final Duration VIEW_WAIT = Duration.ofSeconds(2);

    private static final int VIEW_ATTEMPTS = 5;

    private final NriConfig config;
    private final PluginRegistry registry;
    private final PluginHost host;
    private final PluginLoop loop;
    private final ThreadPoolExecutor requests;
    private final List<LaunchedPlugin> launched = new CopyOnWriteArrayList<>();
    private boolean listening;

    private PluginService(NriConfig config, PluginRegistry registry, PluginHost host) throws IOException {
        this.config = config;
        this.registry = registry;
        this.host = host;
        this.loop = new PluginLoop(config.registrationTimeout());
        this.requests = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("nri-requests-", 1).factory());
        requests.allowCoreThreadTimeOut(true);
    }

    /** Begins to serve. */
    public static PluginService start(NriConfig config, PluginRegistry registry, PluginHost host) throws IOException {
        PluginService service = new PluginService(config, registry, host);
        registry.validate(DefaultValidator.of(config.validator()));
        try {
            if (config.connections()) {
                service.listen();
            }
        } catch (IOException | RuntimeException failure) {
            service.close();
            throw failure;
        } finally {
            // Its end closes what was opened, also after a failure.
            service.loop.start();
        }
        service.launch();
        return service;
    }

    /** Starts the plugins that are installed, and waits until each has joined, or will not. */
    private void launch() {
        List<CompletableFuture<Void>> settled = new ArrayList<>();
        for (InstalledPlugin plugin : InstalledPlugin.find(config.pluginDirectory(), config.pluginConfigDirectory())) {
            try {
                LaunchedPlugin started = LaunchedPlugin.start(plugin, config.launchSocket());
                launched.add(started);
                PluginSession session = new PluginSession(this, started);
                var _ = loop.add(started.channel(), session);
                settled.add(session.settled());
            } catch (IOException failure) {
                LOGGER.error("The NRI plugin {} is not started: {}", plugin.program(), failure.getMessage());
            }
        }
        try {
            CompletableFuture.allOf(settled.toArray(CompletableFuture<?>[]::new))
                    .get(
                            config.registrationTimeout()
                                    .multipliedBy(2)
                                    .plus(config.requestTimeout())
                                    .toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOGGER.warn("The daemon goes on before all installed NRI plugins have joined");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The connection of a plugin that the daemon started is over, and so is the process, soon. */
    void end(LaunchedPlugin plugin) {
        try {
            requests.execute(plugin::end);
        } catch (RejectedExecutionException closing) {
            LOGGER.debug("The daemon's end ends {}, too", plugin.installed().name());
        }
    }

    private void listen() throws IOException {
        Path socket = config.socket();
        SocketPlace.clear(socket);
        loop.listen(socket, () -> new PluginSession(this, null));
        listening = true;
        SocketPlace.protect(socket);
    }

    /** A plugin said who it is: it is told what there is, and from then on what happens. */
    void join(PluginConnection connection, PluginName name, String pluginConfig, CompletableFuture<Void> settled) {
        boolean accepted = execute(() -> {
            try {
                synchronize(connection, configure(connection, name, pluginConfig));
            } catch (PluginUnavailable | PluginError | InvalidProtocolBufferException failure) {
                connection.end(String.valueOf(failure.getMessage()));
            } catch (RuntimeException mistake) {
                LOGGER.error("The NRI plugin {} cannot join", name, mistake);
                connection.end(mistake.toString());
            } finally {
                if (connection.isEnded()) {
                    // It may have ended before it was added.
                    registry.remove(connection);
                }
                settled.complete(null);
            }
        });
        if (!accepted) {
            connection.end("too many requests wait");
        }
    }

    private Plugin configure(PluginConnection connection, PluginName name, String pluginConfig)
            throws InvalidProtocolBufferException {
        ConfigureResponse response = ConfigureResponse.parseFrom(connection.call(
                "Configure",
                ConfigureRequest.newBuilder()
                        .setConfig(pluginConfig)
                        .setRuntimeName("berth")
                        .setRuntimeVersion(config.version())
                        .setRegistrationTimeout(config.registrationTimeout().toMillis())
                        .setRequestTimeout(config.requestTimeout().toMillis())
                        .setNRIVersion(NRI_VERSION)
                        .build(),
                config.requestTimeout()));
        int events = response.getEvents();
        if ((events & ~ALL_EVENTS) != 0) {
            throw new InvalidProtocolBufferException(
                    "it subscribes to events that there are not: 0x" + Integer.toHexString(events & ~ALL_EVENTS));
        }
        return new Plugin(name, events == 0 ? ALL_EVENTS : events, connection, config.requestTimeout());
    }

    /**
     * The view of what there is and the plugin's place among those that are told are taken as one; events that come now
     * wait for their turn behind the view. What the plugin wants changed is done after its turn: an operation that
     * waits for the plugin may hold what is to be changed.
     */
    private void synchronize(PluginConnection connection, Plugin plugin) throws InvalidProtocolBufferException {
        List<ContainerUpdate> updates;
        plugin.turn().lock();
        try {
            PluginHost.State state = join(plugin);
            List<SynchronizeRequest> parts =
                    Synchronization.parts(state.pods(), state.containers(), Synchronization.PART_LIMIT);
            updates = Synchronization.send(connection, parts, config.registrationTimeout());
            LOGGER.atInfo().addKeyValue("parts", parts.size()).log("The NRI plugin {} knows what there is", plugin);
        } finally {
            plugin.turn().unlock();
        }
        apply(updates, plugin.name().toString());
    }

    private PluginHost.State join(Plugin plugin) {
        try {
            // In attempts: while this waits, new windows wait too.
            for (int attempt = 0; attempt < VIEW_ATTEMPTS; attempt++) {
                if (registry.viewing().tryLock(VIEW_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    try {
                        registry.add(plugin);
                        return host.state();
                    } finally {
                        registry.viewing().unlock();
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new BerthException(
                ErrorKind.DEADLINE_EXCEEDED, "no moment without a container under way was found for its view");
    }

    /** A connection is over. */
    void leave(PluginConnection connection) {
        registry.remove(connection);
    }

    /** Changes that a plugin asks for by itself. */
    void update(PluginConnection connection, int stream, PluginName name, UpdateContainersRequest request) {
        boolean accepted = execute(() -> {
            List<ContainerUpdate> failed = apply(request.getUpdateList(), name.toString());
            connection.reply(
                    stream,
                    UpdateContainersResponse.newBuilder().addAllFailed(failed).build());
            evict(request.getEvictList(), name.toString());
        });
        if (!accepted) {
            connection.refuse(stream, PluginError.RESOURCE_EXHAUSTED, "too many requests wait");
        }
    }

    /** Does them, one after the other; returns those that failed and were not allowed to. */
    private List<ContainerUpdate> apply(List<ContainerUpdate> updates, String who) {
        return updates.stream()
                .filter(update -> !apply(update, who))
                .filter(update -> !update.getIgnoreFailure())
                .toList();
    }

    private boolean apply(ContainerUpdate update, String who) {
        try {
            host.update(update, who);
            return true;
        } catch (BerthException failure) {
            LOGGER.atWarn()
                    .addKeyValue("container", update.getContainerId())
                    .log("The update that the NRI plugin {} asks for fails: {}", who, failure.getMessage());
            return false;
        }
    }

    /** Stops containers, behind the caller. */
    public void evict(List<ContainerEviction> evictions, String who) {
        for (ContainerEviction eviction : evictions) {
            try {
                requests.execute(() -> {
                    LOGGER.atWarn()
                            .addKeyValue("container", eviction.getContainerId())
                            .log("The NRI plugin {} evicts it: {}", who, eviction.getReason());
                    try {
                        host.evict(eviction);
                    } catch (BerthException failure) {
                        LOGGER.atWarn()
                                .addKeyValue("container", eviction.getContainerId())
                                .log("It is not evicted: {}", failure.getMessage());
                    }
                });
            } catch (RejectedExecutionException full) {
                LOGGER.atError()
                        .addKeyValue("container", eviction.getContainerId())
                        .log("It is not evicted: too many requests of NRI plugins wait");
            }
        }
    }

    private boolean execute(Runnable task) {
        try {
            requests.execute(task);
            return true;
        } catch (RejectedExecutionException full) {
            LOGGER.warn("A request of an NRI plugin is not taken: too many wait");
            return false;
        }
    }

    /** Ends all connections: plugins connect again to the next daemon, or were started by this one and end. */
    @Override
    public void close() {
        loop.close();
        requests.shutdownNow();
        launched.forEach(LaunchedPlugin::end);
        if (listening) {
            try {
                Files.deleteIfExists(config.socket());
            } catch (IOException failure) {
                LOGGER.warn("{} stays: {}", config.socket(), failure.getMessage());
            }
        }
    }
}
