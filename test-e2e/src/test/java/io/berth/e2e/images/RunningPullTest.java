package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Compression;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.Fault;
import io.berth.e2e.registry.ProxyRegistry;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.PullImageRequest;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pulls while they run: what is told of them, and what becomes of them when their callers go. */
class RunningPullTest {
    private static final int SIZE = 2_000_000;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private final TestImage image = Busybox.image()
            .layer(Layer.of(Compression.NONE, tar -> tar.file("slow", "x".repeat(SIZE))))
            .build();
    private final String blob = image.layers().get(1).digest();

    private ProxyRegistry registry;
    private String reference;

    @BeforeEach
    void start() {
        NODE.registry().client().push("slow/image", "1", image);
        registry = ProxyRegistry.to(NODE.registry());
        reference = registry.address() + "/slow/image:1";
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** A pull by a caller of its own. */
    private FutureTask<String> caller(Context context) {
        FutureTask<String> outcome = new FutureTask<>(context.wrap(() -> NODE.pull(reference)));
        Thread.ofPlatform().daemon().name("caller").start(outcome);
        return outcome;
    }

    private void awaitBytes() {
        Waiting.until("bytes of the layer to flow", () -> registry.trickling() == 1);
    }

    private static String berthd(String... words) {
        String[] command = new String[words.length + 3];
        command[0] = Places.distribution().resolve("bin/berthd").toString();
        System.arraycopy(words, 0, command, 1, words.length);
        command[words.length + 1] = "--config";
        command[words.length + 2] = NODE.daemon().config().file().toString();
        return Command.output(command);
    }

    private static void assertNothingIncoming() throws IOException {
        Path incoming = NODE.daemon().config().stateDirectory().resolve("images/incoming");
        try (var files = Files.list(incoming)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aPullEndsWithItsLastCaller() throws Exception {
        registry.misbehave(blob, new Fault.Trickle(20_000));
        Context.CancellableContext first = Context.current().withCancellation();
        Context.CancellableContext second = Context.current().withCancellation();
        FutureTask<String> one = caller(first);
        FutureTask<String> other = caller(second);
        awaitBytes();
        assertThat(berthd("pulls")).contains(reference);
        first.cancel(null);
        assertThatThrownBy(() -> one.get(10, TimeUnit.SECONDS)).cause().isInstanceOf(StatusRuntimeException.class);
        Waiting.pause(java.time.Duration.ofMillis(500));
        assertThat(registry.trickling()).as("the pull goes on for the other").isEqualTo(1);
        second.cancel(null);
        assertThatThrownBy(() -> other.get(10, TimeUnit.SECONDS)).cause().isInstanceOf(StatusRuntimeException.class);
        Waiting.until("the bytes to stop", () -> registry.trickling() == 0);
        Waiting.until("the pull to be gone", () -> berthd("pulls").equals("Nothing is being pulled."));
        Waiting.until("its files to be gone", () -> {
            assertNothingIncoming();
            return true;
        });
        assertThat(NODE.daemon().log()).contains("pull of " + reference + " ended after");
    }

    @Test
    void aDeadlineCancelsThePullToo() throws Exception {
        registry.misbehave(blob, new Fault.Trickle(20_000));
        assertThatThrownBy(() -> NODE.client()
                        .images()
                        .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                        .pullImage(PullImageRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(reference))
                                .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("DEADLINE_EXCEEDED");
        Waiting.until("the bytes to stop", () -> registry.trickling() == 0);
    }

    @Test
    void aPullGoesOnForThoseWhoStillWait() throws Exception {
        registry.misbehave(blob, new Fault.Trickle(1_000_000));
        try (var timer = Executors.newSingleThreadScheduledExecutor()) {
            Context.CancellableContext brief = Context.current().withDeadlineAfter(800, TimeUnit.MILLISECONDS, timer);
            FutureTask<String> impatient = caller(brief);
            awaitBytes();
            FutureTask<String> patient = caller(Context.current());
            assertThatThrownBy(() -> impatient.get(10, TimeUnit.SECONDS)).hasMessageContaining("DEADLINE_EXCEEDED");
            assertThat(patient.get(30, TimeUnit.SECONDS)).isEqualTo(image.id());
            brief.cancel(null);
        }
        assertThat(registry.requests().stream().filter(request -> request.endsWith(blob)))
                .as("downloads of the layer")
                .hasSize(1);
    }

    @Test
    void whatRunsIsShown() throws Exception {
        registry.misbehave(blob, new Fault.Trickle(400_000));
        FutureTask<String> pull = caller(Context.current());
        awaitBytes();
        Waiting.pause(java.time.Duration.ofMillis(1200));
        assertThat(berthd("pulls").lines())
                .hasSize(2)
                .last()
                .asString()
                // The busybox layer was here before.
                .matches(java.util.regex.Pattern.quote(reference)
                        + "  1/2 +[0-9.]+ kB / 2\\.0 MB +[0-9.]+ [kM]B/s +[1-9] s");
        assertThat(pull.get(30, TimeUnit.SECONDS)).isEqualTo(image.id());
        assertThat(NODE.daemon().log()).contains("pulling " + reference, "pulled " + reference);
        String tree = berthd("images", "--tree");
        // It stands on busybox.
        assertThat(tree.lines().toList())
                .anySatisfy(line -> assertThat(line).contains(NODE.busybox()).doesNotStartWith("└─"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("└─ " + image.id().substring(7, 19))
                        .contains(reference, "(1 layer here, 2.0 MB)"));
    }
}
