package io.berth.imagefs.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as other runtimes read it: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY} (hosts, domains, {@code *}), in capitals or not. This machine itself is never asked by way of a
 * proxy.
 *
 * @param environment the variables
 */
public record Proxies(Map<String, String> environment) {
    private static final int USUAL_PORT = 80;

    public Proxies {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Proxies ofProcess() {
        return new Proxies(System.getenv());
    }

    /** The proxy for a URL, not looked up; null where there is none. */
    @Nullable
    InetSocketAddress of(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String value = variable(uri.getScheme().equalsIgnoreCase("https") ? "https_proxy" : "http_proxy");
        if (value.isEmpty() || isLoopback(host) || isExcepted(host)) {
            return null;
        }
        URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
        if (proxy.getHost() == null) {
            return null;
        }
        return InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort() < 0 ? USUAL_PORT : proxy.getPort());
    }

    private String variable(String name) {
        String value = environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
        return value.strip();
    }

    private boolean isExcepted(String host) {
        return Arrays.stream(variable("no_proxy").toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(each -> each.startsWith("*.") ? each.substring(1) : each)
                .anyMatch(each -> each.equals("*")
                        || host.equals(each)
                        || host.endsWith(each.startsWith(".") ? each : "." + each));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }
}
