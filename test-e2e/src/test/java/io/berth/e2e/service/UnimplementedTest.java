package io.berth.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.proto.cri.v1.CheckpointContainerRequest;
import io.grpc.Status.Code;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnimplementedTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void whatIsStillToComeSaysSo() {
        var runtime = NODE.client().runtime();
        ThrowingCallable[] calls = {
            () -> runtime.checkpointContainer(CheckpointContainerRequest.getDefaultInstance()),
        };
        for (ThrowingCallable call : calls) {
            assertThat(Refusal.of(call).is(Code.UNIMPLEMENTED).message()).isNotBlank();
        }
    }
}
