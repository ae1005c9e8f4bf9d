package io.berth.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.NetworkException;
import io.berth.network.NetworkResult;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.NetlinkSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that are connected before it is known which pod they are for. */
@EnabledIf(
        value = "io.berth.network.bridge.NetworkNamespace#available",
        disabledReason = "network namespaces need root (CAP_SYS_ADMIN and CAP_NET_ADMIN)")
class AttachAheadTest {
    private static final String ID = "0000000000010000000000000000000000000000000000000000000000000000";
    private static final String OTHER = "0000000000020000000000000000000000000000000000000000000000000000";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestBed bed;

    @BeforeEach
    void makeBed() throws Exception {
        bed = new TestBed(directory);
        bed.host.run(() -> bed.network().start());
    }

    @AfterEach
    void closeBed() throws Exception {
        bed.close();
    }

    @Test
    void thePodHasTheLinkAndTheAddressThatWereMadeAhead() throws Exception {
        NetworkNamespace pod = bed.pod();
        assertThat(attachAhead(ID, pod)).isTrue();
        assertThat(bed.links()).containsExactly("berth0", "bth000000000001");
        List<String> leases = bed.leaseFiles();

        NetworkResult attached = bed.attach(ID, pod);

        assertThat(attached.addresses().getFirst().getHostAddress()).isEqualTo("10.88.0.2");
        assertThat(bed.leaseFiles()).isEqualTo(leases);
        assertThat(bed.attach(ID, pod)).isEqualTo(attached);
        try (Echo _ = Echo.start(bed.host, "host", 80)) {
            assertThat(Echo.ask(pod, TestBed.GATEWAY, 80)).isEqualTo("host 10.88.0.2");
        }
    }

    @Test
    void hostPortsAreOpenedWhenThePodIsThereAndOutliveTheDaemon() throws Exception {
        NetworkNamespace pod = bed.pod();
        attachAhead(ID, pod);
        PortMapping port = new PortMapping(Protocol.TCP, 80, 8080, "");

        bed.attach(ID, pod, port);

        try (Echo _ = Echo.start(pod, "pod", 80)) {
            assertThat(Echo.ask(bed.host, "127.0.0.1", 8080)).startsWith("pod ");
            bed.crash();
            bed.host.run(() -> bed.network().start());
            assertThat(Echo.ask(bed.host, "127.0.0.1", 8080)).startsWith("pod ");
            NetworkNamespace other = bed.pod();
            assertThatThrownBy(() -> bed.attach(OTHER, other, port)).hasMessageContaining("in use by sandbox " + ID);
            bed.detach(ID);
            TestBed.eventually(() -> bed.leaseFiles().isEmpty());
            assertThatThrownBy(() -> Echo.ask(bed.host, "127.0.0.1", 8080)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHostPortThatSomebodyHasIsRefusedAndWhatWasMadeAheadCanBeGivenUp() throws Exception {
        PortMapping port = new PortMapping(Protocol.TCP, 80, 8080, "");
        bed.attach(OTHER, bed.pod(), port);
        NetworkNamespace pod = bed.pod();
        attachAhead(ID, pod);

        assertThatThrownBy(() -> bed.attach(ID, pod, port))
                .isInstanceOfSatisfying(
                        NetworkException.class,
                        taken -> assertThat(taken.kind()).isEqualTo(NetworkException.Kind.ALREADY_EXISTS));

        bed.detach(ID);
        TestBed.eventually(() -> bed.leaseFiles().size() == 1);
        assertThat(bed.links()).containsExactly("berth0", "bth000000000002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bth000000000001", "berth0"})
    void whatSomebodyDeletedMeanwhileIsMadeAnew(String link) throws Exception {
        NetworkNamespace pod = bed.pod();
        attachAhead(ID, pod);
        delete(link);

        bed.attach(ID, pod);

        try (Echo _ = Echo.start(bed.host, "host", 80)) {
            assertThat(Echo.ask(pod, TestBed.GATEWAY, 80)).startsWith("host 10.88.0.");
        }
        assertThat(bed.leaseFiles()).hasSize(1);
    }

    @Test
    void aRangeWithFewAddressesLeftIsForThePodsThatAreThere() throws Exception {
        bed.close();
        bed = new TestBed(directory, "10.88.0.0/28", null);
        bed.host.run(() -> bed.network().start());

        assertThat(attachAhead(ID, bed.pod())).isFalse();

        assertThat(bed.leaseFiles()).isEmpty();
    }

    @Test
    void whatAKilledDaemonMadeAheadIsKnownToTheNextOne() throws Exception {
        attachAhead(ID, bed.pod());

        bed.crash();

        assertThat(bed.network().knownSandboxes()).containsExactly(ID);
        bed.detach(ID);
        bed.host.run(() -> bed.network().start());
        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        assertThat(bed.links()).containsExactly("berth0");
    }

    @Test
    void whatACrashLeftOfALeaseThatWasBeingReplacedIsDeleted() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(ID, pod);
        Files.writeString(bed.leases.resolve("10.88.0.2.next"), "half");

        bed.crash();
        bed.host.run(() -> bed.network().start());

        assertThat(bed.leaseFiles()).containsExactly("10.88.0.2");
    }

    private boolean attachAhead(String id, NetworkNamespace pod) throws Exception {
        return bed.host.call(() -> bed.network().attachAhead(id, pod.path()));
    }

    private void delete(String link) throws Exception {
        bed.host.run(() -> {
            try (NetlinkSocket socket = NetlinkSocket.open(SystemCalls.real(), SocketCalls.NETLINK_ROUTE)) {
                socket.execute(LinkRequests.delete(link));
            }
        });
    }
}
