package io.berth.server.cri.mapping;

import io.berth.core.container.Container;
import io.berth.core.metric.PodMetric;
import io.berth.core.metric.PodMetrics;
import io.berth.core.metric.Sample;
import io.berth.core.sandbox.SandboxMetadata;
import io.berth.proto.cri.v1.ContainerMetrics;
import io.berth.proto.cri.v1.Metric;
import io.berth.proto.cri.v1.MetricDescriptor;
import io.berth.proto.cri.v1.MetricType;
import io.berth.proto.cri.v1.PodSandboxMetrics;
import io.berth.proto.cri.v1.UInt64Value;
import java.util.ArrayList;
import java.util.List;

/** Metrics of pods. Each has the labels of {@link #LABELS} and then those of its own. */
public final class MetricMapping {
    /** What every metric is labelled with; container and image are empty for those of a whole pod. */
    private static final List<String> LABELS = List.of("pod", "namespace", "container", "id", "image");

    private MetricMapping() {}

    public static MetricDescriptor toCri(PodMetric metric) {
        return MetricDescriptor.newBuilder()
                .setName(metric.metricName())
                .setHelp(metric.help())
                .addAllLabelKeys(LABELS)
                .addAllLabelKeys(metric.labels())
                .build();
    }

    public static PodSandboxMetrics toCri(PodMetrics pod) {
        SandboxMetadata metadata = pod.sandbox().config().metadata();
        PodSandboxMetrics.Builder builder =
                PodSandboxMetrics.newBuilder().setPodSandboxId(pod.sandbox().id());
        List<String> podLabels =
                List.of(metadata.name(), metadata.namespace(), "", pod.sandbox().id(), "");
        pod.samples().forEach(sample -> builder.addMetrics(toCri(sample, podLabels, pod.timestamp())));
        pod.containers().forEach(each -> {
            Container container = each.container();
            List<String> labels = List.of(
                    metadata.name(),
                    metadata.namespace(),
                    container.config().metadata().name(),
                    container.id(),
                    image(container));
            ContainerMetrics.Builder metrics = ContainerMetrics.newBuilder().setContainerId(container.id());
            each.samples().forEach(sample -> metrics.addMetrics(toCri(sample, labels, each.timestamp())));
            builder.addContainerMetrics(metrics);
        });
        return builder.build();
    }

    private static String image(Container container) {
        String asked = container.config().image().userSpecifiedImage();
        return asked.isEmpty() ? container.config().image().image() : asked;
    }

    private static Metric toCri(Sample sample, List<String> labels, long timestamp) {
        List<String> values = new ArrayList<>(labels);
        values.addAll(sample.labels());
        return Metric.newBuilder()
                .setName(sample.metric().metricName())
                .setTimestamp(timestamp)
                .setMetricType(
                        switch (sample.metric().type()) {
                            case COUNTER -> MetricType.COUNTER;
                            case GAUGE -> MetricType.GAUGE;
                        })
                .addAllLabelValues(values)
                .setValue(UInt64Value.newBuilder().setValue(sample.value()))
                .build();
    }
}
