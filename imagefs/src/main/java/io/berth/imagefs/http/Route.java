package io.berth.imagefs.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where connections lead that may serve the same requests.
 *
 * @param host lower case; brackets of IPv6 addresses stay
 * @param proxy by which it is reached, or null
 * @param identity what, beside the host, makes two connections different: TLS settings, by value
 */
record Route(
        boolean secure, String host, int port, @Nullable Proxy proxy, Object identity) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static Route to(URI uri, @Nullable Proxy proxy, Object identity) {
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int usual = secure ? HTTPS : HTTP;
        return new Route(
                secure,
                uri.getHost().toLowerCase(Locale.ROOT),
                uri.getPort() < 0 ? usual : uri.getPort(),
                proxy,
                identity);
    }

    /** As the {@code Host} header has it. */
    String authority() {
        return port == (secure ? HTTPS : HTTP) ? host : host + ":" + port;
    }

    /** The host as the resolver and TLS want it. */
    String plainHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether a proxy makes the request, and not only the connection. */
    boolean isForwarded() {
        return proxy != null && !secure;
    }

    /** Whether a proxy passes the connection on as it is. */
    boolean isTunnelled() {
        return proxy != null && secure;
    }

    /** What is connected to, not yet looked up. */
    InetSocketAddress nextHop() {
        return proxy == null ? InetSocketAddress.createUnresolved(plainHost(), port) : proxy.address();
    }
}
