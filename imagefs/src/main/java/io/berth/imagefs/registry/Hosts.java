package io.berth.imagefs.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of registry hosts: which are this machine, which are the same one under several names. */
public final class Hosts {
    public static final String DOCKER_HUB = "docker.io";
    static final String DOCKER_HUB_REGISTRY = "registry-1.docker.io";

    private static final Set<String> DOCKER_HUB_NAMES = Set.of(DOCKER_HUB, "index.docker.io", DOCKER_HUB_REGISTRY);
    private static final Pattern LOOPBACK_IPV4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private Hosts() {}

    /** Whether a host name, without its port, is this machine by its very name. Nothing is looked up. */
    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("[::1]")
                || host.equals("::1")
                || LOOPBACK_IPV4.matcher(host).matches();
    }

    /** Host and port of a URL, the port left out where it is the scheme's own. */
    static String authority(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        boolean usual = uri.getPort() < 0 || uri.getPort() == usualPort(uri);
        return usual ? host : host + ":" + uri.getPort();
    }

    /** Whether two URLs are served by the same party: scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && authority(one).equals(authority(other));
    }

    /** {@code host[:port]} of what a Docker configuration calls a server address. */
    public static String ofServerAddress(String address) {
        String host = address.trim().toLowerCase(Locale.ROOT);
        host = host.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        host = slash < 0 ? host : host.substring(0, slash);
        return DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host;
    }

    /** The host without its port; brackets of IPv6 addresses stay. */
    static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private static int usualPort(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }
}
