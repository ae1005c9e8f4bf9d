package io.berth.network.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.NetworkException;
import org.junit.jupiter.api.Test;

class LibraryCallsTest {

    @Test
    void aMissingLibraryIsAnsweredWithThePackageToInstall() {
        assertThatThrownBy(() -> LibraryCalls.load("libnftables-that-is-not-there.so.1"))
                .isInstanceOfSatisfying(NetworkException.class, missing -> {
                    assertThat(missing.kind()).isEqualTo(NetworkException.Kind.FAILED_PRECONDITION);
                    assertThat(missing.getMessage()).contains("apt-get install libnftables1");
                });
    }
}
