package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.PodSandboxStatus;
import io.berth.proto.cri.v1.PodSandboxStatusResponse;
import io.grpc.Drainable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedAnswerTest {
    private static final PodSandboxStatus POD = PodSandboxStatus.newBuilder()
            .setId("pod")
            .putLabels("app", "ünïcode")
            .build();
    private static final ContainerStatus FIRST =
            ContainerStatus.newBuilder().setId("first").build();
    private static final ContainerStatus SECOND = ContainerStatus.newBuilder()
            .setId("second")
            .setMessage("x".repeat(100_000))
            .build();

    private static EncodedAnswer answer(MessageLite others) {
        return EncodedAnswer.of(
                others,
                field(PodSandboxStatusResponse.STATUS_FIELD_NUMBER, POD),
                field(PodSandboxStatusResponse.CONTAINERS_STATUSES_FIELD_NUMBER, FIRST, SECOND));
    }

    private static EncodedAnswer.Field field(int number, MessageLite... messages) {
        List<ByteString> encoded =
                List.of(messages).stream().map(MessageLite::toByteString).toList();
        return new EncodedAnswer.Field(number, encoded);
    }

    @Test
    void itReadsAsIfTheMessagesHadBeenSetOneByOne() throws IOException {
        PodSandboxStatusResponse others = PodSandboxStatusResponse.newBuilder()
                .setTimestamp(7)
                .putInfo("info", "{}")
                .build();
        PodSandboxStatusResponse whole = others.toBuilder()
                .setStatus(POD)
                .addContainersStatuses(FIRST)
                .addContainersStatuses(SECOND)
                .build();
        assertThat(PodSandboxStatusResponse.parseFrom(EncodedAnswer.MARSHALLER.stream(answer(others))))
                .isEqualTo(whole);
    }

    @Test
    void itsLengthIsKnownBeforeItIsSentAtOnce() throws IOException {
        try (InputStream stream =
                EncodedAnswer.MARSHALLER.stream(answer(PodSandboxStatusResponse.getDefaultInstance()))) {
            int length = stream.available();
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            assertThat(((Drainable) stream).drainTo(target)).isEqualTo(length);
            assertThat(target.size()).isEqualTo(length).isGreaterThan(100_000);
            assertThat(stream.available()).isZero();
        }
    }
}
