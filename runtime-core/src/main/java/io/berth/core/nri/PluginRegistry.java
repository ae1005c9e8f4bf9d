package io.berth.core.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.nri.adjust.AdjustmentCollector;
import io.berth.core.nri.adjust.UpdateCollector;
import io.berth.core.nri.validate.DefaultValidator;
import io.berth.core.nri.wire.PluginConnection;
import io.berth.core.nri.wire.PluginError;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.CreateContainerRequest;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Event;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import io.berth.proto.nri.v1alpha1.PluginInstance;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.StopContainerRequest;
import io.berth.proto.nri.v1alpha1.StopContainerResponse;
import io.berth.proto.nri.v1alpha1.UpdateContainerRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainerResponse;
import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentRequest;
import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that are there, in the order in which they are asked. Without any, each method is one volatile read. Safe
 * for any number of threads; a method waits for plugins, each no longer than its request time-out, after which that
 * plugin is there no more.
 */
public final class PluginRegistry {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginRegistry.class);

    // Fair: a plugin that takes its view is not kept from it by a stream of new containers.
    private final ReadWriteLock views = new ReentrantReadWriteLock(true);
    private volatile List<Plugin> plugins = List.of();
    private volatile @Nullable DefaultValidator validator;

    /** What plugins made of a container that is being created; evictions are to be done behind the creation. */
    public record Creation(AdjustmentCollector collector, List<ContainerEviction> evictions) {}

    /** What plugins made of an update. */
    public record Update(UpdateCollector collector, List<ContainerEviction> evictions) {}

    /** Whether there are no plugins. */
    public boolean isEmpty() {
        return plugins.isEmpty();
    }

    /** Whether nobody has a say in the creation of containers. */
    public boolean isIndifferentToCreation() {
        return plugins.isEmpty() && validator == null;
    }

    /** The built-in validator has its say from now on; null: there is none. */
    void validate(@Nullable DefaultValidator builtIn) {
        validator = builtIn;
    }

    /** A window for an event and its record, not yet entered. */
    public Window window() {
        return new Window(views.readLock());
    }

    /** Held while a plugin takes its view and becomes one that is told. */
    Lock viewing() {
        return views.writeLock();
    }

    synchronized void add(Plugin plugin) {
        List<Plugin> more = new ArrayList<>(plugins);
        more.add(plugin);
        more.sort(Comparator.comparing(one -> one.name().index()));
        plugins = List.copyOf(more);
        LOGGER.info("NRI plugins, in their order: {}", plugins);
    }

    /** The plugin of a connection is not asked any more. */
    synchronized void remove(PluginConnection connection) {
        plugins = plugins.stream().filter(plugin -> !plugin.isOf(connection)).toList();
    }

    /** Asks those that want to know; FAILED_PRECONDITION when one says no. */
    public void ask(Event event, Supplier<Notice> notice) {
        List<Plugin> asked = wanting(event);
        if (!asked.isEmpty()) {
            Notice made = notice.get();
            for (Plugin plugin : asked) {
                try {
                    plugin.tell(made);
                } catch (PluginError refusal) {
                    throw refused(plugin, made.method(), refusal);
                }
            }
        }
    }

    /** Tells those that want to know; what they say to it changes nothing. */
    public void tell(Event event, Supplier<Notice> notice) {
        List<Plugin> told = wanting(event);
        if (!told.isEmpty()) {
            Notice made = notice.get();
            for (Plugin plugin : told) {
                try {
                    plugin.tell(made);
                } catch (PluginError complaint) {
                    LOGGER.warn("The NRI plugin {} complains of {}: {}", plugin, made.method(), complaint.getMessage());
                }
            }
        }
    }

    /** Whether a plugin wants to know of such an event. */
    public boolean isWanted(Event event) {
        return !wanting(event).isEmpty();
    }

    private List<Plugin> wanting(Event event) {
        List<Plugin> all = plugins;
        return all.isEmpty()
                ? all
                : all.stream().filter(plugin -> plugin.wants(event)).toList();
    }

    /** Has plugins adjust a container; FAILED_PRECONDITION when one says no, or they do not agree. */
    public Creation create(PodSandbox pod, Container container) {
        AdjustmentCollector collector = new AdjustmentCollector(container);
        List<ContainerEviction> evictions = new ArrayList<>();
        for (Plugin plugin : wanting(Event.CREATE_CONTAINER)) {
            CreateContainerRequest request = CreateContainerRequest.newBuilder()
                    .setPod(pod)
                    .setContainer(collector.view())
                    .build();
            ask(plugin, "CreateContainer", request, CreateContainerResponse.parser())
                    .ifPresent(response -> {
                        collector.apply(response, plugin.name().toString());
                        evictions.addAll(response.getEvictList());
                    });
        }
        validate(pod, container, collector);
        return new Creation(collector, evictions);
    }

    /** A validating plugin that fails to answer rejects: what it was there to keep out must not come in. */
    private void validate(PodSandbox pod, Container container, AdjustmentCollector collector) {
        List<Plugin> validators = wanting(Event.VALIDATE_CONTAINER_ADJUSTMENT);
        DefaultValidator builtIn = validator;
        if (validators.isEmpty() && builtIn == null) {
            return;
        }
        ValidateContainerAdjustmentRequest.Builder request = ValidateContainerAdjustmentRequest.newBuilder()
                .setPod(pod)
                .setContainer(container)
                .setAdjust(collector.adjustment())
                .addAllUpdate(collector.updates().others(""))
                .setOwners(collector.owners().toMessage());
        plugins.forEach(plugin -> request.addPlugins(PluginInstance.newBuilder()
                .setName(plugin.name().base())
                .setIndex(plugin.name().index())));
        if (builtIn != null) {
            builtIn.problem(request.build()).ifPresent(problem -> {
                throw BerthException.failedPrecondition(
                        "the built-in NRI validator rejects the container " + container.getId() + ": " + problem);
            });
        }
        for (Plugin plugin : validators) {
            Optional<ValidateContainerAdjustmentResponse> verdict = ask(
                    plugin,
                    "ValidateContainerAdjustment",
                    request.build(),
                    ValidateContainerAdjustmentResponse.parser());
            if (verdict.isEmpty() && plugin.isEnded()) {
                throw BerthException.failedPrecondition("the validating NRI plugin " + plugin
                        + " failed while the container " + container.getId() + " was to be created");
            }
            if (verdict.isPresent() && verdict.get().getReject()) {
                throw BerthException.failedPrecondition("the NRI plugin " + plugin + " rejects the container "
                        + container.getId() + ": " + verdict.get().getReason());
            }
        }
    }

    /** Has plugins change an update; FAILED_PRECONDITION when one says no, or they do not agree. */
    public Update update(PodSandbox pod, Container container, LinuxResources asked) {
        UpdateCollector collector = UpdateCollector.ofUpdate(container.getId(), asked);
        List<ContainerEviction> evictions = new ArrayList<>();
        for (Plugin plugin : wanting(Event.UPDATE_CONTAINER)) {
            UpdateContainerRequest request = UpdateContainerRequest.newBuilder()
                    .setPod(pod)
                    .setContainer(container)
                    .setLinuxResources(collector.of(container.getId()))
                    .build();
            ask(plugin, "UpdateContainer", request, UpdateContainerResponse.parser())
                    .ifPresent(response -> {
                        collector.apply(response.getUpdateList(), plugin.name().toString());
                        evictions.addAll(response.getEvictList());
                    });
        }
        return new Update(collector, evictions);
    }

    /** Tells that a container ended; what plugins want changed then. */
    public UpdateCollector stop(PodSandbox pod, Container container) {
        UpdateCollector collector = UpdateCollector.ofStop();
        StopContainerRequest request = StopContainerRequest.newBuilder()
                .setPod(pod)
                .setContainer(container)
                .build();
        for (Plugin plugin : wanting(Event.STOP_CONTAINER)) {
            try {
                ask(plugin, "StopContainer", request, StopContainerResponse.parser())
                        .ifPresent(response -> collector.apply(
                                response.getUpdateList(), plugin.name().toString()));
            } catch (BerthException complaint) {
                LOGGER.warn("At the end of a container: {}", complaint.getMessage());
            }
        }
        return collector;
    }

    private static <T extends Message> Optional<T> ask(
            Plugin plugin, String method, MessageLite request, Parser<T> parser) {
        try {
            return plugin.ask(method, request).flatMap(parse(plugin, method, parser));
        } catch (PluginError refusal) {
            throw refused(plugin, method, refusal);
        }
    }

    private static <T extends Message> Function<ByteString, Optional<T>> parse(
            Plugin plugin, String method, Parser<T> parser) {
        return answer -> {
            try {
                return Optional.of(parser.parseFrom(answer));
            } catch (InvalidProtocolBufferException malformed) {
                plugin.end("its answer to " + method + " is none: " + malformed.getMessage());
                return Optional.empty();
            }
        };
    }

    private static BerthException refused(Plugin plugin, String method, PluginError refusal) {
        return new BerthException(
                ErrorKind.FAILED_PRECONDITION,
                "the NRI plugin " + plugin + " refuses " + method + ": " + refusal.getMessage(),
                refusal);
    }
}
