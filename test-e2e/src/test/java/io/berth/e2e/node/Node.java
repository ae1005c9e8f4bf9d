package io.berth.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.leftover.LeftoverScan;
import io.berth.e2e.leftover.Leftovers;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.AuthConfig;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.RemoveImageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One daemon for all tests of a class. After each test the pods and images that it made are removed, and what then is
 * there must be what was there before: mounts, links, packet filter rules, cgroups, processes, namespaces, files and
 * the daemon's descriptors.
 */
public final class Node
        implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final UnaryOperator<DaemonConfig> change;
    private @Nullable Running running;
    private int logSeen;

    /** What there is between the first test and the last. */
    private record Running(
            BerthDaemon daemon,
            RegistryProcess registry,
            LeftoverScan scan,
            Leftovers before,
            Leftovers idle,
            Set<String> images) {}

    private Node(UnaryOperator<DaemonConfig> change) {
        this.change = change;
    }

    /** A node as tests use it. */
    public static Node standard() {
        return new Node(config -> config);
    }

    /** A node with other settings. */
    public static Node with(UnaryOperator<DaemonConfig> change) {
        return new Node(change);
    }

    public BerthDaemon daemon() {
        return running().daemon;
    }

    public CriClient client() {
        return running().daemon.client();
    }

    /** A real registry with {@link #busybox} and {@link #nginx}; tests may push more. */
    public RegistryProcess registry() {
        return running().registry;
    }

    /** The reference of an image with a shell; it is there already. */
    public String busybox() {
        return reference(SharedRegistry.BUSYBOX);
    }

    /** The reference of an image with a web server; tests pull it themselves. */
    public String nginx() {
        return reference(SharedRegistry.NGINX);
    }

    /** The full reference of a repository with tag or digest in {@link #registry}. */
    public String reference(String repository) {
        return registry().address() + "/" + repository;
    }

    /** A pod that is still to be run. */
    public PodPlan pod(String name) {
        return new PodPlan(client(), logs(), name);
    }

    /** Where the logs of pods go. */
    public Path logs() {
        return daemon().config().directory().resolve("logs");
    }

    /** Pulls an image; returns what CRI calls its reference, the image's ID. */
    public String pull(String reference) {
        return pull(reference, AuthConfig.getDefaultInstance());
    }

    /** As {@link #pull(String)}, with credentials. */
    public String pull(String reference, AuthConfig credentials) {
        return client().images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(reference))
                        .setAuth(credentials)
                        .build())
                .getImageRef();
    }

    public void removeImage(String reference) {
        client().images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(reference))
                        .build());
    }

    /** What is there now and was not there before the test, and the other way round. */
    public List<String> leftovers() {
        Running now = running();
        return now.scan.withDaemon(now.daemon.pid()).since(now.idle).stream()
                // A daemon that was started again has not opened all that it opens once.
                .filter(line -> !line.startsWith("- descriptor "))
                .toList();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return new Sandbox().evaluateExecutionCondition(context);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        RegistryProcess registry = SharedRegistry.of(context);
        Path directory = Places.work().resolve(context.getRequiredTestClass().getSimpleName());
        Places.deleteTree(directory);
        DaemonConfig config = change.apply(DaemonConfig.in(directory));
        LeftoverScan scan = new LeftoverScan(List.of(config.stateDirectory(), config.runDirectory()));
        Leftovers before = scan.machine();
        BerthDaemon daemon = BerthDaemon.start(config);
        Running started = new Running(daemon, registry, scan, before, before, Set.of());
        running = started;
        warmUp();
        Leftovers idle = settled();
        running = new Running(daemon, registry, scan, before, idle, images());
    }

    /** One pod's whole life, so that all that is made once and kept is there. */
    private void warmUp() {
        pull(busybox());
        var pod = pod("warm-up").run();
        var container =
                pod.container("warm-up", busybox()).command("sleep", "60").start();
        container.exec("true");
        // The streaming server listens from the first request on; nobody comes to this one.
        client().runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container.id())
                        .addCmd("true")
                        .setStdout(true)
                        .build());
        container.stop(0).remove();
        pod.stop().remove();
    }

    /** The state after the warm-up, once it no longer changes. */
    private Leftovers settled() {
        Running now = running();
        return Waiting.untilPresent("the node to come to rest", () -> {
            Leftovers first = now.scan.withDaemon(now.daemon.pid());
            Waiting.pause(Duration.ofMillis(100));
            return Optional.of(now.scan.withDaemon(now.daemon.pid()))
                    .filter(second -> second.since(first).isEmpty());
        });
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        logSeen = daemon().log().length();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!daemon().isRunning()) {
            daemon().start();
        }
        context.getExecutionException()
                .ifPresent(failure -> System.out.println("The daemon's log at the failure of "
                        + context.getDisplayName() + ":\n" + daemon().log().substring(logSeen)));
        client().removePods();
        removeImages();
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        Running now = running();
        try {
            Waiting.untilPresent(
                    () -> "nothing to be left behind",
                    () -> leftovers().isEmpty() ? Optional.of(true) : Optional.empty(),
                    SETTLING);
        } catch (IllegalStateException timedOut) {
            List<String> left = leftovers();
            // The next test starts from here: one leak is reported once.
            running = new Running(
                    now.daemon, now.registry, now.scan, now.before, now.scan.withDaemon(now.daemon.pid()), now.images);
            assertThat(left).as("left behind").isEmpty();
        }
    }

    private void removeImages() {
        Set<String> more = new TreeSet<>(images());
        more.removeAll(running().images);
        more.forEach(this::removeImage);
    }

    private Set<String> images() {
        return client().images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList().stream()
                .map(image -> image.getId())
                .collect(Collectors.toSet());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Running last = running;
        if (last == null) {
            return;
        }
        running = null;
        last.daemon.close();
        List<String> left = last.scan.machine().since(last.before).stream()
                .filter(line -> line.matches("[+] (mount|process|namespace) .*"))
                .toList();
        assertThat(left).as("left behind when the daemon had ended").isEmpty();
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("the node is not running");
        }
        return running;
    }
}
