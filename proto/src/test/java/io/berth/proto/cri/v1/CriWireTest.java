package io.berth.proto.cri.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.wire.WireFacts;
import org.junit.jupiter.api.Test;

/** Holds the built CRI descriptor against a table of the facts that Kubernetes fixes ({@code wire.txt}). */
class CriWireTest {
    @Test
    void everyNameNumberTypeAndLabelIsThatOfKubernetes() {
        assertThat(CriProto.getDescriptor().getPackage()).isEqualTo("runtime.v1");
        new WireFacts(CriProto.getDescriptor(), CriWireTest.class).check();
    }
}
