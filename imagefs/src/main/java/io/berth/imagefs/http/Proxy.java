package io.berth.imagefs.http;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A proxy that is spoken to in plain HTTP.
 *
 * @param address not looked up
 * @param credentials what {@code Proxy-Authorization} says; empty where it wants none. Never for an error or a log
 */
record Proxy(InetSocketAddress address, String credentials) {
    private static final int USUAL_PORT = 80;

    /**
     * Reads what the environment says: {@code [http://][USER:PASSWORD@]HOST[:PORT]}, user and password percent-encoded.
     *
     * @param variable where it stands, for errors, which do not repeat the value: there may be a password in it
     * @throws ConnectException where it is nothing of the kind
     */
    static Proxy parse(String value, String variable) throws ConnectException {
        URI uri;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            throw malformed(variable, "is no URL");
        }
        if (!uri.getScheme().equalsIgnoreCase("http")) {
            throw malformed(variable, "names a proxy that is spoken to by " + uri.getScheme() + ", which is not known");
        }
        if (uri.getHost() == null) {
            throw malformed(variable, "names no host");
        }
        String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        return new Proxy(
                InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() < 0 ? USUAL_PORT : uri.getPort()),
                user.isEmpty() ? "" : basic(user.contains(":") ? user : user + ":"));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    /** Not worth another try, as what cannot be connected to. */
    private static ConnectException malformed(String variable, String how) {
        return new ConnectException(variable + " in the daemon's environment " + how
                + ": it wants http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with signs like @ and / in them"
                + " percent-encoded");
    }

    @Override
    public String toString() {
        return "the proxy " + address.getHostString() + ":" + address.getPort();
    }
}
