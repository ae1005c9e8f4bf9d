package io.berth.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
    private final CallMetrics calls = new CallMetrics();

    private ServerStreamTracer call(String method) {
        return calls.newServerStreamTracer(method, new Metadata());
    }

    @Test
    void callsAreCountedByMethodAndCode() {
        call("runtime.v1.RuntimeService/Version").streamClosed(Status.OK);
        call("runtime.v1.RuntimeService/Version").streamClosed(Status.NOT_FOUND);
        ServerStreamTracer running = call("runtime.v1.RuntimeService/Version");
        assertThat(ended(Status.Code.OK)).isEqualTo(1);
        assertThat(ended(Status.Code.NOT_FOUND)).isEqualTo(1);
        assertThat(version().running()).isEqualTo(1);
        running.streamClosed(Status.CANCELLED);
        assertThat(version().running()).isZero();
    }

    private CallMetrics.Method version() {
        return Objects.requireNonNull(calls.methods().get("Version"));
    }

    private long ended(Status.Code code) {
        LongAdder count = version().ended.get(code);
        return count == null ? 0 : count.sum();
    }

    @Test
    void methodsThatDoNotExistShareOneName() {
        for (int i = 0; i < 100; i++) {
            call("runtime.v1.RuntimeService/Made" + i).streamClosed(Status.UNIMPLEMENTED);
            call("somebody.Else/Version").streamClosed(Status.UNIMPLEMENTED);
        }
        assertThat(calls.methods()).containsOnlyKeys("other");
    }

    @Test
    void aCallIsInTheFirstBucketThatIsLongEnough() {
        CallMetrics.Method method = new CallMetrics.Method();
        method.ended(Status.Code.OK, 1_000_000);
        method.ended(Status.Code.OK, 1_000_001);
        method.ended(Status.Code.OK, 400_000_000_000L);
        assertThat(method.buckets[1].sum()).isEqualTo(1);
        assertThat(method.buckets[2].sum()).isEqualTo(1);
        assertThat(method.buckets[CallMetrics.BOUNDS.length].sum()).isEqualTo(1);
    }

    @Test
    void valuesAddedToAFamilyAreShown() {
        Families families = new Families();
        families.counter("things", "Things.", "kind").value(3, "old").value(4, "new");
        families.gauge("empty", "Nothing.");
        assertThat(families.all()).singleElement().satisfies(family -> {
            assertThat(family.samples)
                    .extracting(sample -> sample.name + sample.labelValues + sample.value)
                    .containsExactly("berth_things_total[old]3.0", "berth_things_total[new]4.0");
            assertThat(family).extracting(MetricFamilySamples::getNames).isNotNull();
        });
    }
}
