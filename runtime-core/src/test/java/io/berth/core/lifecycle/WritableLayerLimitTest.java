package io.berth.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WritableLayerLimitTest {
    private static long own(String value) {
        return WritableLayerLimit.of(Map.of(), "main", Map.of(WritableLayerLimit.ANNOTATION, value));
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "8Ki, 8192", "8KiB, 8192", "512Mi, 536870912", "2GiB, 2147483648", "16Ti, 17592186044416"
    })
    void sizesAreReadAsKubernetesAndBerthWriteThem(String value, long bytes) {
        assertThat(own(value)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "8M", "8 Mi", "1.5Gi", "17Ti", "9999999999999999Ti", "x"})
    void anythingElseIsRefusedWithTheAnnotationAndTheWayOut(String value) {
        assertThatThrownBy(() -> own(value))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("io.berth/writable-layer-limit = \"" + value + "\"")
                .hasMessageContaining("10Gi");
    }

    @Test
    void theContainersOwnComesFirstThenThePodsForItThenThePodsForAll() {
        Map<String, String> pod = Map.of(
                "io.berth/writable-layer-limit", "1Mi",
                "io.berth/writable-layer-limit.main", "2Mi");
        assertThat(WritableLayerLimit.of(pod, "main", Map.of("io.berth/writable-layer-limit", "3Mi")))
                .isEqualTo(3 << 20);
        assertThat(WritableLayerLimit.of(pod, "main", Map.of())).isEqualTo(2 << 20);
        assertThat(WritableLayerLimit.of(pod, "other", Map.of())).isEqualTo(1 << 20);
        assertThat(WritableLayerLimit.of(Map.of(), "main", Map.of())).isZero();
    }
}
