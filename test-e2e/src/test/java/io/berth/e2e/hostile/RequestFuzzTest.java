package io.berth.e2e.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TextFormat;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.VersionRequest;
import io.berth.proto.schema.Schema;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests of every kind with fields of every kind, in an order that a seed decides. */
class RequestFuzzTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("berth.e2e.fuzz.seconds", 60));
    private static final Schema SCHEMA = Schema.cri();
    private static final long SEED = Long.getLong("berth.e2e.fuzz.seed", 4);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String IMAGE = "harbour/fuzzed:1";
    private static final int REQUESTS_A_POD = 200;
    private static final int LONGEST_REPORT = 1500;
    private static final Pattern STACK_TRACE = Pattern.compile("Exception\\b|\\bjava\\.|\\bio\\.berth\\.|\\n\\s*at ");

    private final Random random = new Random(SEED);
    private final Map<String, String> complaints = new TreeMap<>();
    private final Map<Status.Code, Integer> answers = new TreeMap<>();

    @Test
    void noRequestIsAnsweredWithAnInternalErrorOrLeavesSomething() throws IOException {
        long daemon = NODE.daemon().pid();
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        methods.addAll(RuntimeServiceGrpc.getServiceDescriptor().getMethods());
        methods.addAll(ImageServiceGrpc.getServiceDescriptor().getMethods());
        long end = System.nanoTime() + LENGTH.toNanos();
        // Not the image that the targets run, which would go when a request has it removed.
        NODE.registry()
                .client()
                .push(
                        "harbour/fuzzed",
                        "1",
                        Busybox.image().label("for", "fuzzing").build());
        while (System.nanoTime() < end) {
            NODE.pull(NODE.reference(IMAGE));
            Pod pod = NODE.pod("target").run();
            PodContainer container = pod.container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start();
            RequestGenerator generator = generator(pod, container);
            for (int request = 0; request < REQUESTS_A_POD && System.nanoTime() < end; request++) {
                send(methods.get(random.nextInt(methods.size())), generator);
            }
            assertThat(NODE.daemon().isRunning()).as("the daemon runs").isTrue();
            NODE.client()
                    .runtime()
                    .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod.id())
                            .build());
            NODE.client().removePods();
        }
        System.out.println("Answers to hostile requests, seed " + SEED + ": " + answers);
        assertThat(complaints.values())
                .as("answers that no client should get, seed " + SEED)
                .isEmpty();
        assertThat(answers)
                .as("requests that got through, and such that did not")
                .containsKeys(Status.Code.OK, Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
        assertThat(NODE.daemon().pid()).isEqualTo(daemon);
        NODE.client().runtime().version(VersionRequest.getDefaultInstance());
        assertThat(escaped()).as("files where no request may write").isEmpty();
    }

    private RequestGenerator generator(Pod pod, PodContainer container) {
        String directory = NODE.logs().toString();
        Map<String, List<String>> known = Map.ofEntries(
                Map.entry("pod_sandbox_id", List.of(pod.id())),
                Map.entry("container_id", List.of(container.id())),
                Map.entry("id", List.of(pod.id(), container.id())),
                Map.entry("target_id", List.of(container.id())),
                Map.entry("image", List.of(NODE.reference(IMAGE), NODE.reference("harbour/nothing:1"))),
                Map.entry("cmd", List.of("true", "id")),
                Map.entry("command", List.of("true", "sleep")),
                Map.entry("host_path", List.of(directory, "/dev/null")),
                Map.entry("container_path", List.of("/mnt/a", "/dev/b", "/etc", "/")),
                Map.entry("working_dir", List.of("/", "/tmp", "/proc/self/fd/5")),
                Map.entry("run_as_username", List.of("sailor", "root")),
                Map.entry("log_directory", List.of(directory)),
                Map.entry("log_path", List.of("main.log", "a/b.log")));
        Message run = described(NODE.pod("fuzzed").request());
        Message create = described(pod.container("fuzzed", NODE.reference(IMAGE))
                .command("sleep", "1000")
                .request());
        return new RequestGenerator(
                random,
                new HostileValues(random, known),
                Map.of(
                        run.getDescriptorForType().getFullName(),
                        run,
                        create.getDescriptorForType().getFullName(),
                        create));
    }

    /** The same message with its descriptor. */
    private static Message described(MessageLite message) {
        try {
            return DynamicMessage.parseFrom(SCHEMA.message(message.getClass()), message.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void send(MethodDescriptor<?, ?> method, RequestGenerator generator) {
        Object prototype = Objects.requireNonNull(
                ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype());
        DynamicMessage empty = DynamicMessage.getDefaultInstance(SCHEMA.message(prototype.getClass()));
        MethodDescriptor<Message, ?> call = method.toBuilder(
                        ProtoLiteUtils.<Message>marshaller(empty), method.getResponseMarshaller())
                .build();
        Message request = generator.next(empty);
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (call.getType() == MethodDescriptor.MethodType.UNARY) {
                ClientCalls.blockingUnaryCall(NODE.client().runtime().getChannel(), call, options, request);
            } else {
                Iterator<?> answer = ClientCalls.blockingServerStreamingCall(
                        NODE.client().runtime().getChannel(),
                        call,
                        options.withDeadlineAfter(200, TimeUnit.MILLISECONDS),
                        request);
                answer.forEachRemaining(message -> {});
            }
            answers.merge(Status.Code.OK, 1, Integer::sum);
        } catch (StatusRuntimeException failure) {
            Status status = failure.getStatus();
            answers.merge(status.getCode(), 1, Integer::sum);
            complaint(status)
                    .ifPresent(text -> complaints.putIfAbsent(
                            call.getBareMethodName() + status.getCode() + text,
                            call.getBareMethodName() + ": " + text + ": " + shortened(status.toString()) + "\n  asked: "
                                    + shortened(TextFormat.printer()
                                            .emittingSingleLine(true)
                                            .printToString(request))));
        }
    }

    private static Optional<String> complaint(Status status) {
        String description = String.valueOf(status.getDescription());
        return switch (status.getCode()) {
            case INTERNAL, UNKNOWN, DATA_LOSS -> Optional.of("a code that blames the daemon");
            case DEADLINE_EXCEEDED, CANCELLED -> Optional.empty();
            default -> {
                if (STACK_TRACE.matcher(description).find()) {
                    yield Optional.of("the daemon's insides");
                }
                yield status.getDescription() == null || description.isBlank()
                        ? Optional.of("no reason")
                        : Optional.empty();
            }
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REPORT ? text : text.substring(0, LONGEST_REPORT) + "...";
    }

    /** Looks beside the logs, in each directory above them, and in that of the tests. */
    private static List<Path> escaped() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path start : List.of(NODE.logs(), Path.of("").toAbsolutePath())) {
            for (Path directory = start; directory != null; directory = directory.getParent()) {
                if (Files.isDirectory(directory)) {
                    try (Stream<Path> files = Files.list(directory)) {
                        files.filter(file -> file.getFileName().toString().contains(HostileValues.DECOY))
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
