package io.berth.proto.cri.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.berth.proto.schema.Schema;
import io.berth.proto.wire.WireFacts;
import org.junit.jupiter.api.Test;

/** Holds the built CRI descriptor against a table of the facts that Kubernetes fixes ({@code wire.txt}). */
class CriWireTest {
    @Test
    void everyNameNumberTypeAndLabelIsThatOfKubernetes() {
        FileDescriptor file = Schema.cri().file();
        assertThat(file.getPackage()).isEqualTo("runtime.v1");
        new WireFacts(file, CriWireTest.class).check();
    }
}
