package io.berth.proto.nri.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.wire.WireFacts;
import org.junit.jupiter.api.Test;

/** Holds the built NRI descriptor against a table of the facts that the reference fixes ({@code wire.txt}). */
class NriWireTest {
    @Test
    void everyNameNumberTypeAndLabelIsThatOfTheReference() {
        assertThat(Event.getDescriptor().getFile().getPackage()).isEqualTo("nri.pkg.api.v1alpha1");
        new WireFacts(Event.getDescriptor().getFile(), NriWireTest.class).check();
    }
}
