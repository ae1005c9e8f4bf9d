package io.berth.e2e.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The daemon's own metrics, as Prometheus scrapes them. */
class PrometheusTest {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/metrics");
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with("metrics", "address", DaemonConfig.text("127.0.0.1:0")));

    /** The newest daemon's: the port is another one after each start. */
    private static String address() {
        return Waiting.untilPresent(
                "the metrics' address in the log",
                () -> ADDRESS.matcher(NODE.daemon().log())
                        .results()
                        .map(MatchResult::group)
                        .reduce((earlier, later) -> later));
    }

    private static HttpResponse<String> get(String address) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(DEADLINE).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .timeout(DEADLINE)
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new IllegalStateException("no answer from " + address, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** Values by series, as they stand in the text. */
    private static Map<String, Double> scrape() {
        HttpResponse<String> response = get(address());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        Map<String, Double> series = new HashMap<>();
        response.body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            series.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        });
        return series;
    }

    private static double value(Map<String, Double> series, String name, String... labels) {
        return series.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + "{"))
                .filter(entry -> Pattern.compile("[{,]")
                        .splitAsStream(entry.getKey().replace("}", ""))
                        .toList()
                        .containsAll(List.of(labels)))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    @Test
    void callsAreCountedByMethodAndCodeAndTheirTimeIsMeasured() {
        Map<String, Double> before = scrape();
        for (int i = 0; i < 7; i++) {
            NODE.client().runtime().version(VersionRequest.getDefaultInstance());
        }
        Refusal.of(() -> new PodContainer(NODE.client(), "nobody", Path.of("/")).status())
                .is(Code.NOT_FOUND);
        Map<String, Double> after = scrape();
        assertThat(value(after, "berth_calls_total", "method=\"ContainerStatus\"", "code=\"NOT_FOUND\""))
                .isEqualTo(1);
        assertThat(value(after, "berth_calls_total", "method=\"Version\"", "code=\"OK\"")
                        - value(before, "berth_calls_total", "method=\"Version\"", "code=\"OK\""))
                .isEqualTo(7);
        assertThat(value(after, "berth_call_duration_seconds_count", "method=\"Version\"")
                        - value(before, "berth_call_duration_seconds_count", "method=\"Version\""))
                .isEqualTo(7);
        assertThat(value(after, "berth_call_duration_seconds_bucket", "method=\"Version\"", "le=\"+Inf\""))
                .isEqualTo(value(after, "berth_call_duration_seconds_count", "method=\"Version\""));
        assertThat(value(after, "berth_call_duration_seconds_sum", "method=\"Version\""))
                .isPositive();
    }

    @Test
    void podsShimsAndContainersAreThoseThatThereAre() {
        Pod pod = NODE.pod("counted").run();
        pod.container("main", NODE.busybox()).command("sleep", "1000").start();
        pod.container("waiting", NODE.busybox()).create();
        Map<String, Double> series = scrape();
        assertThat(value(series, "berth_shims")).isEqualTo(1);
        assertThat(value(series, "berth_sandboxes")).isEqualTo(1);
        assertThat(value(series, "berth_containers")).isEqualTo(2);
        assertThat(value(series, "berth_containers", "state=\"running\"")).isEqualTo(1);
        pod.stop().remove();
        assertThat(value(scrape(), "berth_shims")).isZero();
    }

    @Test
    void pullsAreCountedByHowTheyEnd() {
        Map<String, Double> before = scrape();
        NODE.pull(NODE.nginx());
        assertThatThrownBy(() -> NODE.pull(NODE.reference("nobody/nothing:1"))).isInstanceOf(RuntimeException.class);
        Map<String, Double> after = scrape();
        assertThat(value(after, "berth_pulls_total") - value(before, "berth_pulls_total"))
                .isEqualTo(2);
        assertThat(value(after, "berth_pulled_bytes_total")).isGreaterThan(value(before, "berth_pulled_bytes_total"));
        assertThat(value(after, "berth_images") - value(before, "berth_images")).isEqualTo(1);
        assertThat(value(after, "berth_pulls_running")).isZero();
    }

    @Test
    void theMachinesFiguresArePlausible() {
        Map<String, Double> series = scrape();
        assertThat(value(series, "berth_build_info")).isEqualTo(1);
        assertThat(value(series, "berth_process_resident_bytes")).isBetween(20e6, 1e9);
        assertThat(value(series, "berth_process_open_descriptors")).isBetween(10.0, 1000.0);
        assertThat(value(series, "berth_process_cpu_seconds_total")).isPositive();
        assertThat(value(series, "berth_jvm_threads")).isBetween(5.0, 200.0);
        assertThat(value(series, "berth_jvm_memory_used_bytes")).isPositive();
        assertThat(value(series, "berth_process_start_time_seconds"))
                .isBetween(System.currentTimeMillis() / 1e3 - 3600, System.currentTimeMillis() / 1e3);
    }

    @Test
    void nothingElseIsServed() {
        String root = address().replace("/metrics", "/");
        assertThat(get(root).statusCode()).isEqualTo(404);
        assertThat(get(root + "metrics/more").statusCode()).isEqualTo(404);
    }
}
