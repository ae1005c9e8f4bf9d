package io.berth.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    @Test
    void everyPartHasItsLine() {
        DnsConfig dns = new DnsConfig(List.of("10.0.0.10", "::1"), List.of("a.b", "c"), List.of("ndots:5", "rotate"));
        assertThat(ResolvConf.text(dns)).isEqualTo("""
                search a.b c
                nameserver 10.0.0.10
                nameserver ::1
                options ndots:5 rotate
                """);
    }

    @Test
    void aLineOfItsOwnCannotBeSmuggledIn() {
        DnsConfig dns = new DnsConfig(List.of("10.0.0.10\nnameserver 6.6.6.6"), List.of(), List.of());
        assertThatThrownBy(() -> ResolvConf.text(dns)).hasMessageContaining("dns_config.servers");
    }
}
