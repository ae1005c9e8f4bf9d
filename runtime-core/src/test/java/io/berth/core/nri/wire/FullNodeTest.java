package io.berth.core.nri.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.berth.core.nri.NriConfig;
import io.berth.core.nri.PluginHost;
import io.berth.core.nri.PluginRegistry;
import io.berth.core.nri.PluginService;
import io.berth.core.nri.validate.ValidatorConfig;
import io.berth.proto.nri.v1alpha1.ConfigureResponse;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.RegisterPluginRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeResponse;
import io.berth.proto.ttrpc.Request;
import io.berth.proto.ttrpc.Response;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin is told on a node that is full: over a real socket, to a plugin that reads as it can. */
class FullNodeTest {
    private static final int CONTAINERS = 1000;
    private static final List<PodSandbox> PODS = IntStream.range(0, 250)
            .mapToObj(number -> PodSandbox.newBuilder().setId("pod-" + number).build())
            .toList();
    private static final List<Container> ALL = IntStream.range(0, CONTAINERS)
            .mapToObj(number -> Container.newBuilder()
                    .setId("container-" + number)
                    .addEnv("VARIABLE=" + "x".repeat(12_000))
                    .build())
            .toList();

    /** A node with all of them, on which nothing can be changed. */
    private static final class FullNode implements PluginHost {
        @Override
        public State state() {
            return new State() {
                @Override
                public List<PodSandbox> pods() {
                    return PODS;
                }

                @Override
                public List<Container> containers() {
                    return ALL;
                }
            };
        }

        @Override
        public void update(ContainerUpdate update, String who) {
            throw new IllegalStateException(who);
        }

        @Override
        public void evict(ContainerEviction eviction) {
            throw new IllegalStateException(eviction.toString());
        }
    }

    private static void send(SocketChannel channel, int connection, int stream, byte type, MessageLite message)
            throws IOException {
        ByteBuffer bytes = Wire.message(connection, stream, type, message.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** One message: a frame, or two. */
    private static ByteBuffer receive(DataInputStream trunk) throws IOException {
        trunk.skipNBytes(4);
        byte[] first = trunk.readNBytes(trunk.readInt());
        ByteBuffer message = ByteBuffer.allocate(
                        Wire.MESSAGE_HEADER + ByteBuffer.wrap(first).getInt(0))
                .put(first);
        if (message.hasRemaining()) {
            trunk.skipNBytes(8);
            message.put(trunk.readNBytes(message.remaining()));
        }
        return message.flip();
    }

    @Test
    @Timeout(30)
    void aThousandContainersAreToldInPartsWithinSeconds(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("nri.sock");
        NriConfig config = new NriConfig(
                socket,
                true,
                directory.resolve("plugins"),
                directory.resolve("conf.d"),
                directory.resolve("launch.sock"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                ValidatorConfig.DISABLED,
                "test");
        PluginRegistry registry = new PluginRegistry();
        List<String> pods = new ArrayList<>();
        List<String> containers = new ArrayList<>();
        int parts = 0;
        long begin = System.nanoTime();
        try (PluginService service = PluginService.start(config, registry, new FullNode());
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(service).isNotNull();
            channel.connect(UnixDomainSocketAddress.of(socket));
            DataInputStream trunk = new DataInputStream(Channels.newInputStream(channel));
            send(
                    channel,
                    Wire.RUNTIME_SERVICE,
                    1,
                    Wire.REQUEST,
                    Request.newBuilder()
                            .setService("nri.pkg.api.v1alpha1.Runtime")
                            .setMethod("RegisterPlugin")
                            .setPayload(RegisterPluginRequest.newBuilder()
                                    .setPluginIdx("10")
                                    .setPluginName("reader")
                                    .build()
                                    .toByteString())
                            .build());
            for (boolean more = true; more; ) {
                ByteBuffer message = receive(trunk);
                int stream = message.getInt(4);
                if (message.get(8) == Wire.RESPONSE) {
                    continue; // to the registration
                }
                message.position(Wire.MESSAGE_HEADER);
                Request request = Request.parseFrom(message);
                Response.Builder response = Response.newBuilder();
                if (request.getMethod().equals("Synchronize")) {
                    SynchronizeRequest part = SynchronizeRequest.parseFrom(request.getPayload());
                    part.getPodsList().forEach(pod -> pods.add(pod.getId()));
                    part.getContainersList().forEach(container -> containers.add(container.getId()));
                    more = part.getMore();
                    parts++;
                    response.setPayload(SynchronizeResponse.newBuilder()
                            .setMore(more)
                            .build()
                            .toByteString());
                } else {
                    response.setPayload(ConfigureResponse.getDefaultInstance().toByteString());
                }
                send(channel, Wire.PLUGIN_SERVICE, stream, Wire.RESPONSE, response.build());
            }
        }
        assertThat(pods)
                .containsExactlyElementsOf(PODS.stream().map(PodSandbox::getId).toList());
        assertThat(containers)
                .containsExactlyElementsOf(ALL.stream().map(Container::getId).toList());
        assertThat(parts).isBetween(3, 5);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
}
