package io.berth.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlsTest {
    private static final NamespaceOptions OWN = NamespaceOptions.DEFAULT;
    private static final NamespaceOptions HOST =
            new NamespaceOptions(NamespaceMode.NODE, NamespaceMode.POD, NamespaceMode.NODE, "", null);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.ipv4.ip_forward",
                "net/ipv4/conf/eth0.1/forwarding",
                "kernel.shmmax",
                "kernel.shm_rmid_forced",
                "kernel.msgmax",
                "kernel.sem",
                "fs.mqueue.msg_max"
            })
    void whatIsNamespacedIsAllowedInOnesOwnAndRefusedInTheHosts(String name) {
        assertThat(Sysctls.checked(Map.of(name, "1"), OWN)).containsEntry(name, "1");
        assertThatThrownBy(() -> Sysctls.checked(Map.of(name, "1"), HOST)).hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.panic",
                "vm.swappiness",
                "fs.file-max",
                "kernel.hostname",
                "net",
                "",
                "kernel.shmmax/../panic",
                "net.ipv4..ip_forward",
                "net/../kernel/panic"
            })
    void everythingElseIsRefusedByName(String name) {
        assertThatThrownBy(() -> Sysctls.checked(Map.of(name, "1"), OWN))
                .isInstanceOfSatisfying(BerthException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
                    assertThat(failure).hasMessageContaining("\"" + name + "\"");
                });
    }
}
