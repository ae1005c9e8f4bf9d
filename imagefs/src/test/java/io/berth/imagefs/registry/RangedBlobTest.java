package io.berth.imagefs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.TestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that gives each connection 4 MB/s, or as much as it can take. */
@Timeout(60)
class RangedBlobTest {
    private static final byte[] BLOB = new byte[20 << 20];

    static {
        new Random(3).nextBytes(BLOB);
    }

    private static final ContentDescriptor DESCRIPTOR =
            new ContentDescriptor("", Digest.of(BLOB), BLOB.length, null, "");
    private static final int PIECE = 64 << 10;
    private static final int MILLISECONDS_A_PIECE = 16;

    private final RegistryClients clients = RegistryClients.create();
    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger sending = new AtomicInteger();
    private final AtomicInteger mostSending = new AtomicInteger();
    private int pause = MILLISECONDS_A_PIECE;
    private int statusOfRanges = 206;

    RangedBlobTest() {
        registry.on("/v2/team/app/blobs/" + DESCRIPTOR.digest(), this::send);
    }

    @AfterEach
    void stop() {
        clients.close();
        registry.close();
    }

    private void send(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(range == null ? "all" : range);
        int from = 0;
        int end = BLOB.length;
        if (range != null && statusOfRanges != 200) {
            if (statusOfRanges != 206) {
                ScriptedRegistry.answer(exchange, statusOfRanges, "");
                return;
            }
            String[] bounds = range.substring("bytes=".length()).split("-", -1);
            from = Integer.parseInt(bounds[0]);
            end = bounds[1].isEmpty() ? end : Integer.parseInt(bounds[1]) + 1;
            exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + BLOB.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : statusOfRanges, end - from);
        mostSending.accumulateAndGet(sending.incrementAndGet(), Math::max);
        try (OutputStream body = exchange.getResponseBody()) {
            for (int at = from; at < end; at += PIECE) {
                body.write(BLOB, at, Math.min(PIECE, end - at));
                body.flush();
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sending.decrementAndGet();
        }
    }

    private InputStream blob() {
        return new RegistrySource(
                        ImageReference.parse(registry.host() + "/team/app:v1"),
                        Credentials.ANONYMOUS,
                        RegistriesConfig.DEFAULT,
                        TestLimits.QUICK,
                        "berth-test",
                        clients)
                .blob(DESCRIPTOR);
    }

    private byte[] read() throws IOException {
        try (InputStream blob = blob()) {
            return blob.readAllBytes();
        }
    }

    @Test
    void aSlowNetworkIsUsedBySeveralConnectionsAtOnce() throws IOException {
        assertThat(read()).isEqualTo(BLOB);
        assertThat(ranges.getFirst()).isEqualTo("all");
        assertThat(ranges.subList(1, ranges.size()))
                .hasSizeGreaterThan(4)
                .allMatch(range -> range.matches("bytes=[0-9]+-[0-9]+"))
                .doesNotHaveDuplicates();
        assertThat(mostSending.get()).isBetween(3, TestLimits.QUICK.parallelRanges() + 1);
        assertThat(clients.ranges().taken()).isZero();
    }

    @Test
    void aReaderThatIsKeptBusyHasOneConnection() throws IOException, InterruptedException {
        pause = 0;
        byte[] read = new byte[BLOB.length];
        try (InputStream blob = blob()) {
            // Four seconds of work, for which hardly anything is waited.
            for (int at = 0; at < read.length; at += PIECE) {
                assertThat(blob.readNBytes(read, at, PIECE)).isEqualTo(PIECE);
                Thread.sleep(12);
            }
        }
        assertThat(read).isEqualTo(BLOB);
        assertThat(ranges).containsExactly("all");
    }

    @Test
    void aRegistryWithoutRangesIsAskedForOneOnce() throws IOException {
        statusOfRanges = 200;
        assertThat(read()).isEqualTo(BLOB);
        assertThat(ranges).hasSize(2);
    }

    @Test
    void rangesThatFailAreDoneWithout() throws IOException {
        statusOfRanges = 403;
        assertThat(read()).isEqualTo(BLOB);
        assertThat(ranges).hasSize(2);
    }

    @Test
    void withoutMemoryForRangesItComesOverOneConnection() throws IOException {
        List<ByteBuffer> others = new ArrayList<>();
        for (ByteBuffer taken = clients.ranges().take();
                taken != null;
                taken = clients.ranges().take()) {
            others.add(taken);
        }
        assertThat(others).hasSize(RangeSlots.MOST);
        assertThat(read()).isEqualTo(BLOB);
        assertThat(ranges).containsExactly("all");
        others.forEach(clients.ranges()::giveBack);
        assertThat(clients.ranges().taken()).isZero();
    }

    @Test
    void aReaderThatGoesLeavesNothing() throws IOException, InterruptedException {
        try (InputStream blob = blob()) {
            blob.readNBytes(12 << 20);
            assertThat(clients.ranges().taken()).isPositive();
        }
        for (int i = 0; i < 500 && clients.ranges().taken() > 0; i++) {
            Thread.sleep(20);
        }
        assertThat(clients.ranges().taken()).isZero();
    }
}
