package io.berth.network.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kernel.SystemCalls;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseStoreTest {
    private static final String SANDBOX = "0123456789abcdef".repeat(4);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path root;

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private LeaseStore store;

    @BeforeEach
    void create() {
        directory = root.resolve("network/leases");
        store = new LeaseStore(SystemCalls.real(), directory);
        store.create();
    }

    @Test
    void aLeaseComesBackAsItWasRecorded() {
        Lease lease = new Lease(
                SANDBOX,
                InetAddress.ofLiteral("10.88.0.2"),
                InetAddress.ofLiteral("fd00:88::2"),
                "bth0123456789ab",
                List.of(
                        new PortMapping(Protocol.TCP, 80, 8080, ""),
                        new PortMapping(Protocol.SCTP, 81, 8081, "192.0.2.1"),
                        new PortMapping(Protocol.UDP, 82, 8082, "fd00::1")));

        assertThat(store.record(lease)).isTrue();

        assertThat(store.readAll()).singleElement().satisfies(recorded -> {
            assertThat(recorded.lease()).isEqualTo(lease);
            assertThat(recorded.leaving()).isFalse();
        });
    }

    @Test
    void noAddressIsLeasedTwice() {
        assertThat(store.record(lease("10.88.0.2", "one"))).isTrue();
        assertThat(store.record(lease("10.88.0.2", "two"))).isFalse();
        assertThat(store.readAll())
                .singleElement()
                .satisfies(recorded -> assertThat(recorded.lease().sandboxId()).isEqualTo("one"));
    }

    @Test
    void aLeaseThatIsLeavingIsKnownAsSuchAfterACrash() throws IOException {
        Lease lease = lease("10.88.0.2", "one");
        store.record(lease);

        store.markLeaving(lease);

        assertThat(store.readAll()).singleElement().satisfies(recorded -> {
            assertThat(recorded.lease()).isEqualTo(lease);
            assertThat(recorded.leaving()).isTrue();
        });
        store.remove(lease);
        assertThat(files()).isEmpty();
    }

    @Test
    void removingWhatIsGoneDoesNothing() {
        Lease lease = lease("10.88.0.2", "one");
        store.markLeaving(lease);
        store.remove(lease);
        assertThat(store.readAll()).isEmpty();
    }

    @Test
    void aLeaseThatACrashCutOffIsDeletedAtEveryLength() throws IOException {
        Lease lease = lease("10.88.0.2", "one");
        String whole = LeaseText.write(lease);
        for (int length = 0; length < whole.length() - 1; length++) {
            Files.writeString(directory.resolve("10.88.0.2"), whole.substring(0, length));
            assertThat(store.readAll()).as("cut at %d", length).isEmpty();
            assertThat(files()).as("cut at %d", length).isEmpty();
        }
    }

    @Test
    void aFileThatStandsForAnotherAddressIsNoLease() throws IOException {
        Files.writeString(directory.resolve("10.88.0.9"), LeaseText.write(lease("10.88.0.2", "one")));

        assertThat(store.readAll()).isEmpty();
    }

    @Test
    void keysOfANewerVersionAreLeftAside() throws IOException {
        String text = LeaseText.write(lease("10.88.0.2", "one")).replace("end\n", "colour blue\nend\n");
        Files.writeString(directory.resolve("10.88.0.2"), text);

        assertThat(store.readAll()).hasSize(1);
    }

    @Test
    void theOldestLeaseComesFirst() throws IOException {
        for (int i = 2; i < 6; i++) {
            Lease lease = lease("10.88.0." + i, "sandbox" + i);
            store.record(lease);
            Files.setLastModifiedTime(
                    directory.resolve("10.88.0." + i),
                    java.nio.file.attribute.FileTime.fromMillis(1_000_000L * (10 - i)));
        }

        assertThat(store.readAll())
                .extracting(recorded -> recorded.lease().sandboxId())
                .containsExactly("sandbox5", "sandbox4", "sandbox3", "sandbox2");
    }

    @Test
    void onlyRootCanLookIntoTheDirectory() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static Lease lease(String address, String sandbox) {
        return new Lease(sandbox, InetAddress.ofLiteral(address), null, "bth000000000000", List.of());
    }
}
