package io.berth.network;

import java.util.Locale;

/** A transport protocol whose ports can be published on the host. */
public enum Protocol {
    TCP,
    UDP,
    SCTP;

    /** The name as nftables, {@code /etc/services} and people write it. */
    public String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
