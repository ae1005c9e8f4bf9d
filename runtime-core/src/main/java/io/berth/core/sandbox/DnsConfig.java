package io.berth.core.sandbox;

import io.berth.core.Immutable;
import java.util.List;

/** What resolv.conf says. */
public record DnsConfig(List<String> servers, List<String> searches, List<String> options) {
    public DnsConfig {
        servers = Immutable.list(servers);
        searches = Immutable.list(searches);
        options = Immutable.list(options);
    }
}
