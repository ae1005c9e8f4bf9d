package io.berth.server.config;

/**
 * Metrics of the daemon itself, for Prometheus.
 *
 * @param address a loopback address and a port; empty: none
 */
public record MetricsConfig(String address) {
    static MetricsConfig read(Section section) {
        return new MetricsConfig(section.text("address", "", """
                Where Prometheus finds the daemon's metrics (http://ADDRESS/metrics): a loopback address and a port, such
                as 127.0.0.1:9619; port 0 is any, named in the log. Empty: nowhere.""", Check.LOOPBACK_OR_EMPTY));
    }
}
