package io.berth.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.NetworkException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPoolTest {

    @Test
    void theGatewayIsNeverGivenOut() {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/30"));

        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.2"));
        assertThatThrownBy(pool::take).isInstanceOf(NetworkException.class);
    }

    @Test
    void anAddressThatCameBackIsTheLastToBeGivenAgain() {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/29"));
        InetAddress first = pool.take();
        pool.release(first);

        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.3"));
        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.4"));
        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.5"));
        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.6"));
        assertThat(pool.take()).isEqualTo(first);
    }

    @Test
    void anExhaustedRangeIsNamed() {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/28"));
        for (int i = 0; i < 13; i++) {
            pool.take();
        }

        assertThatThrownBy(pool::take).isInstanceOfSatisfying(NetworkException.class, exhausted -> {
            assertThat(exhausted.kind()).isEqualTo(NetworkException.Kind.RESOURCE_EXHAUSTED);
            assertThat(exhausted.getMessage()).contains("10.1.0.0/28").contains("13");
        });
    }

    @Test
    void whoWaitsForAnAddressGoesOnWhenOneComesBack() throws Exception {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/30"));
        InetAddress only = pool.take();
        Thread returning = Thread.ofVirtual().start(() -> pool.release(only));

        pool.awaitFree(Duration.ofMinutes(1));
        assertThat(pool.take()).isEqualTo(only);
        returning.join();
    }

    @Test
    void nobodyWaitsForAnAddressWithoutEnd() throws Exception {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/30"));
        pool.take();

        pool.awaitFree(Duration.ofMillis(20));
        assertThat(pool.free()).isZero();
    }

    @Test
    void claimedAddressesAreNotGivenOutAndTheTurnGoesOnBehindThem() {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.1.0.0/24"));

        assertThat(pool.claim(InetAddress.ofLiteral("10.1.0.9"))).isTrue();
        assertThat(pool.claim(InetAddress.ofLiteral("10.1.0.9"))).isFalse();
        assertThat(pool.claim(InetAddress.ofLiteral("192.0.2.1"))).isTrue();
        assertThat(pool.take()).isEqualTo(InetAddress.ofLiteral("10.1.0.10"));
    }

    @Test
    void everyAddressOfALargeRangeIsGivenOnce() {
        AddressPool pool = new AddressPool(AddressRange.parseIpv4("10.88.0.0/16"));
        Set<InetAddress> given = new HashSet<>();
        for (int i = 0; i < 65533; i++) {
            assertThat(given.add(pool.take())).isTrue();
        }

        assertThat(pool.inUse()).isEqualTo(65533);
        assertThatThrownBy(pool::take).isInstanceOf(NetworkException.class);
        InetAddress one = InetAddress.ofLiteral("10.88.77.7");
        pool.release(one);
        assertThat(pool.take()).isEqualTo(one);
    }
}
