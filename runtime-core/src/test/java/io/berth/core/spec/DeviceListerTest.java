package io.berth.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.Configs;
import io.berth.core.container.DeviceConfig;
import io.berth.core.error.BerthException;
import io.berth.core.spec.OciResources.DeviceRule;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceListerTest {
    private static DeviceLister.Devices list(List<DeviceConfig> devices) {
        return new DeviceLister().devices(Configs.withDevices(devices));
    }

    @Test
    void aDeviceIsGivenWithThePermissionsAskedFor() {
        List<DeviceRule> rules =
                list(List.of(new DeviceConfig("/dev/log", "/dev/kmsg", "r"))).rules();
        assertThat(rules.getFirst()).isEqualTo(DeviceRule.all(false));
        assertThat(rules.getLast()).isEqualTo(new DeviceRule(true, "c", 1L, 11L, "r"));
    }

    @Test
    void withoutPermissionsAllAreMeant() {
        assertThat(list(List.of(new DeviceConfig("", "/dev/kmsg", "")))
                        .rules()
                        .getLast()
                        .access())
                .isEqualTo("rwm");
    }

    @Test
    void aFileIsNoDevice() {
        assertThatThrownBy(() -> list(List.of(new DeviceConfig("/dev/x", "/etc/passwd", "r"))))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("/etc/passwd");
    }

    @Test
    void moreDevicesThanAProgramCanHoldAreRefused() {
        assertThatThrownBy(() -> list(Collections.nCopies(2000, new DeviceConfig("/dev/x", "/dev/kmsg", "r"))))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("at most 1000");
    }
}
