package io.berth.e2e.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions of all kinds, {@code -Dberth.e2e.sessions=N} of each, leave the daemon and the shim as they were. */
class StreamLeakTest {
    private static final int SESSIONS = Integer.getInteger("berth.e2e.sessions", 500);
    private static final int BATCH = 200;
    private static final String PROTOCOL = "v5.channel.k8s.io";
    private static final Duration SETTLING = Duration.ofSeconds(40);

    /** A virtual machine's heap moves by itself; a leak of sessions would not stay below this. */
    private static final long DAEMON_BYTES = 48L << 20;

    private static final long SHIM_BYTES = 512L << 10;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private final Urls urls = new Urls(NODE.client());
    private Pod pod;
    private PodContainer container;

    /** What a process holds. */
    private record Held(long descriptors, long threads, long bytes) {
        static Held of(long pid) {
            Path process = Path.of("/proc/" + pid);
            try (var descriptors = Files.list(process.resolve("fd"));
                    var threads = Files.list(process.resolve("task"))) {
                long resident = Files.readAllLines(process.resolve("status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                        .sum();
                return new Held(descriptors.count(), threads.count(), resident);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        boolean isNoMoreThan(Held before, long more) {
            return descriptors <= before.descriptors && threads <= before.threads && bytes <= before.bytes + more;
        }
    }

    @BeforeEach
    void runAContainer() {
        pod = NODE.pod("leaks").run();
        container = pod.container("main", NODE.busybox())
                .script("while :; do echo tick; sleep 0.05; done")
                .with(config -> config.setStdin(true))
                .start();
    }

    /** Runs sessions, a few to warm up and then all, and holds what is held afterwards against what was before. */
    private void leaveNothing(String what, Runnable sessions, Runnable all) {
        sessions.run();
        Held daemonBefore = settled(NODE.daemon().pid());
        Held shimBefore = settled(NODE.daemon().shim(pod.id()));
        long begin = System.nanoTime();
        all.run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Held[] now = new Held[2];
        boolean clean = holds(daemonBefore, shimBefore, now);
        System.out.printf(
                Locale.ROOT,
                "%d %s in %.1f s: daemon %s, before %s; shim %s, before %s%n",
                SESSIONS,
                what,
                seconds,
                now[0],
                daemonBefore,
                now[1],
                shimBefore);
        assertThat(clean)
                .as("the daemon holds %s, before %s; the shim %s, before %s", now[0], daemonBefore, now[1], shimBefore)
                .isTrue();
        assertThat(container.shell("ps | grep -c '[s]leep 4321' || true")).isEqualTo("0");
    }

    private boolean holds(Held daemonBefore, Held shimBefore, Held[] now) {
        long end = System.nanoTime() + SETTLING.toNanos();
        boolean clean = false;
        while (!clean && System.nanoTime() < end) {
            now[0] = Held.of(NODE.daemon().pid());
            now[1] = Held.of(NODE.daemon().shim(pod.id()));
            clean = now[0].isNoMoreThan(daemonBefore, DAEMON_BYTES) && now[1].isNoMoreThan(shimBefore, SHIM_BYTES);
            Waiting.pause(Duration.ofMillis(200));
        }
        return clean;
    }

    /** Threads without work end after a while. */
    private static Held settled(long pid) {
        return Waiting.untilPresent(
                () -> "process " + pid + " to come to rest",
                () -> {
                    Held first = Held.of(pid);
                    Waiting.pause(Duration.ofSeconds(3));
                    Held second = Held.of(pid);
                    return first.descriptors() == second.descriptors() && first.threads() == second.threads()
                            ? Optional.of(second)
                            : Optional.empty();
                },
                SETTLING);
    }

    private void inBatches(int count, BatchOfUrls batch) {
        for (int done = 0; done < count; done += BATCH) {
            List<String> lines = new ArrayList<>();
            for (int i = done; i < Math.min(count, done + BATCH); i++) {
                lines.add(batch.url(i));
            }
            batch.run(lines);
        }
    }

    private interface BatchOfUrls {
        String url(int number);

        void run(List<String> urls);
    }

    private BatchOfUrls byGoClient(boolean webSocket, String script, String vanish, String expected) {
        GoClient client = GoClient.orSkip();
        return new BatchOfUrls() {
            @Override
            public String url(int number) {
                return script.isEmpty()
                        ? urls.attach(container.id(), false)
                        : urls.output(container.id(), "sh", "-c", script);
            }

            @Override
            public void run(List<String> lines) {
                GoClient.Result result = client.run(
                        String.join("\n", lines) + "\n",
                        "many",
                        "-websocket=" + webSocket,
                        "-vanish=" + vanish,
                        "-parallel=8");
                assertThat(result.text().lines())
                        .hasSize(lines.size())
                        .allSatisfy(line -> assertThat(line).matches(expected));
            }
        };
    }

    @Test
    void execsOverSpdyLeaveNothing() {
        BatchOfUrls batch = byGoClient(false, "echo hello; exit 3", "0", "exit 3 6");
        leaveNothing("execs over SPDY", () -> inBatches(100, batch), () -> inBatches(SESSIONS, batch));
    }

    @Test
    void execsOverWebSocketLeaveNothing() {
        BatchOfUrls batch = byGoClient(true, "echo hello; exit 3", "0", "exit 3 6");
        leaveNothing("execs over WebSocket", () -> inBatches(100, batch), () -> inBatches(SESSIONS, batch));
    }

    @Test
    void clientsOfExecsThatVanishLeaveNothing() {
        // A Go client that is broken off before any output may take its own end for the command's.
        BatchOfUrls batch = byGoClient(false, "sleep 4321 & cat /dev/zero", "40ms", "error .*|exit 0 0");
        leaveNothing("execs whose client vanished", () -> inBatches(50, batch), () -> inBatches(SESSIONS, batch));
    }

    @Test
    void terminalExecsOfAMissingCommandLeaveNothing() {
        leaveNothingByWebSocket(
                "terminal execs of a missing command",
                () -> urls.terminal(container.id(), "/nope"),
                (number, socket) -> {
                    assertThat(socket.awaitClose()).isEqualTo("1000");
                    assertThat(socket.text(3)).contains("exec /nope: no such file or directory");
                });
    }

    @Test
    void attachedClientsThatVanishLeaveNothing() {
        leaveNothingByWebSocket(
                "attached clients that vanished", () -> urls.attach(container.id(), true), (number, socket) -> {
                    if (number % 10 == 0) {
                        Waiting.until("a tick", () -> socket.text(1).contains("tick"));
                    }
                });
    }

    private interface Session {
        void hold(int number, ChannelSocket socket);
    }

    private void leaveNothingByWebSocket(String what, Supplier<String> url, Session session) {
        leaveNothing(what, () -> byWebSocket(50, url, session), () -> byWebSocket(SESSIONS, url, session));
    }

    private static void byWebSocket(int count, Supplier<String> url, Session session) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < count; i++) {
                try (ChannelSocket socket = ChannelSocket.open(http, url.get(), PROTOCOL)) {
                    session.hold(i, socket);
                }
            }
            http.shutdownNow();
        }
    }
}
