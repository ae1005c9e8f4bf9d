package io.berth.e2e.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ListMetricDescriptorsRequest;
import io.berth.proto.cri.v1.ListPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.Metric;
import io.berth.proto.cri.v1.MetricDescriptor;
import io.berth.proto.cri.v1.PodSandboxMetrics;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PodMetricsTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static MetricDescriptor descriptor(Map<String, MetricDescriptor> descriptors, Metric metric) {
        return Objects.requireNonNull(descriptors.get(metric.getName()), metric.getName());
    }

    private static Map<String, MetricDescriptor> descriptors() {
        return NODE
                .client()
                .runtime()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList()
                .stream()
                .collect(Collectors.toMap(MetricDescriptor::getName, Function.identity()));
    }

    private static PodSandboxMetrics metrics(Pod pod) {
        return NODE
                .client()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()
                .stream()
                .filter(each -> each.getPodSandboxId().equals(pod.id()))
                .findFirst()
                .orElseThrow();
    }

    /** Its value by the labels' names. */
    private static Map<String, String> labels(Metric metric) {
        List<String> keys = descriptor(descriptors(), metric).getLabelKeysList();
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            labels.put(keys.get(i), metric.getLabelValues(i));
        }
        return labels;
    }

    private static List<Metric> named(List<Metric> metrics, String name) {
        return metrics.stream().filter(metric -> metric.getName().equals(name)).toList();
    }

    private static PodContainer sleeping(Pod pod) {
        return pod.container("main", NODE.busybox()).command("sleep", "1000").start();
    }

    @Test
    void everySeriesIsDescribedAndNamedOnce() {
        Pod pod = NODE.pod("measured").run();
        sleeping(pod);
        Map<String, MetricDescriptor> descriptors = descriptors();
        PodSandboxMetrics metrics = metrics(pod);
        List<Metric> all = Stream.concat(
                        metrics.getMetricsList().stream(),
                        metrics.getContainerMetricsList().stream().flatMap(each -> each.getMetricsList().stream()))
                .toList();
        assertThat(all).isNotEmpty();
        for (Metric metric : all) {
            assertThat(metric.getLabelValuesCount())
                    .as(metric.getName())
                    .isEqualTo(descriptor(descriptors, metric).getLabelKeysCount());
            assertThat(metric.hasValue()).as(metric.getName()).isTrue();
        }
        assertThat(all.stream().map(metric -> metric.getName() + metric.getLabelValuesList()))
                .doesNotHaveDuplicates();
    }

    @Test
    void figuresOfAContainerAreTrueAndLabelledWithIt() {
        Pod pod = NODE.pod("measured").run();
        long before = System.currentTimeMillis() / 1000;
        PodContainer container = sleeping(pod);
        container.shell("dd if=/dev/zero of=/written bs=1M count=2 2>/dev/null");
        // Asks for this container, so that its layer is counted now.
        assertThat(container.statistics().getWritableLayer().getUsedBytes().getValue())
                .isPositive();
        List<Metric> metrics = metrics(pod).getContainerMetrics(0).getMetricsList();
        Metric processes = named(metrics, "container_processes").getFirst();
        assertThat(processes.getValue().getValue()).isEqualTo(1);
        assertThat(labels(processes))
                .containsEntry("pod", "measured")
                .containsEntry("namespace", "e2e")
                .containsEntry("container", "main")
                .containsEntry("id", container.id())
                .containsEntry("image", NODE.busybox());
        assertThat(named(metrics, "container_start_time_seconds")
                        .getFirst()
                        .getValue()
                        .getValue())
                .isBetween(before, System.currentTimeMillis() / 1000);
        assertThat(named(metrics, "container_fs_usage_bytes")
                        .getFirst()
                        .getValue()
                        .getValue())
                .isBetween(2L << 20, 3L << 20);
    }

    @Test
    void trafficIsThePodsAndHasItsInterface() {
        Pod pod = NODE.pod("measured").run();
        PodContainer container = sleeping(pod);
        String gateway = container.shell("ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'");
        container.exec("ping", "-c", "3", "-i", "0.05", "-s", "1000", "-W", "5", gateway);
        Metric sent = named(metrics(pod).getMetricsList(), "container_network_transmit_bytes_total").stream()
                .filter(metric -> "eth0".equals(labels(metric).get("interface")))
                .findFirst()
                .orElseThrow();
        assertThat(sent.getValue().getValue()).isGreaterThan(3_000);
        assertThat(labels(sent)).containsEntry("container", "").containsEntry("id", pod.id());
    }

    @Test
    void theStreamHasThePodsOfTheList() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            expected.add(NODE.pod("measured-" + i).run().id());
        }
        List<String> streamed = new ArrayList<>();
        NODE.client()
                .runtime()
                .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
                .forEachRemaining(page ->
                        page.getPodSandboxMetricsList().forEach(metrics -> streamed.add(metrics.getPodSandboxId())));
        assertThat(streamed).containsExactlyInAnyOrderElementsOf(expected);
    }
}
