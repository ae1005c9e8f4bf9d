package io.berth.server.config;

import io.berth.server.config.toml.TomlWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a text, or null when nothing is. */
interface Check {
    @Nullable
    String problem(String value);

    Check ABSOLUTE_PATH = value -> value.startsWith("/") ? null : "must be an absolute path, is " + quoted(value);

    Check ABSOLUTE_PATH_OR_EMPTY = value -> value.isEmpty() ? null : ABSOLUTE_PATH.problem(value);

    Check NOT_EMPTY = value -> value.isEmpty() ? "must not be empty" : null;

    Check INTERFACE_NAME = value -> isInterfaceName(value)
            ? null
            : "must be a name of 1 to 15 characters without spaces, slashes and colons, is " + quoted(value);

    Check HOST = value -> isHost(value) ? null : "must be HOST or HOST:PORT, is " + quoted(value);

    Check LOOPBACK_OR_EMPTY = value -> value.isEmpty() || isLoopback(value)
            ? null
            : "must be a loopback address and a port, such as 127.0.0.1:9619 or [::1]:9619, is " + quoted(value);

    Check URL = value -> isUrl(value) ? null : "must be http or https URLs, has " + quoted(value);

    Check IP_ADDRESS = value -> isAddress(value) ? null : "must be an IPv4 or IPv6 address, is " + quoted(value);

    static Check ipv4Range(int shortest, int longest) {
        return value -> isRange(value, "0123456789.", 4, shortest, longest)
                ? null
                : "must be an IPv4 range, ADDRESS/" + shortest + " to ADDRESS/" + longest + ", is " + quoted(value);
    }

    static Check ipv6RangeOrEmpty(int shortest, int longest) {
        return value -> value.isEmpty() || isRange(value, "0123456789abcdefABCDEF:.", 16, shortest, longest)
                ? null
                : "must be an IPv6 range, ADDRESS/" + shortest + " to ADDRESS/" + longest + ", is " + quoted(value);
    }

    private static String quoted(String value) {
        return TomlWriter.quoted(value);
    }

    private static boolean isInterfaceName(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character <= ' ' || character == 0x7f || character == '/' || character == ':') {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= 15 && !value.equals(".") && !value.equals("..");
    }

    private static boolean isLoopback(String value) {
        try {
            URI uri = new URI("http://" + value);
            String host = uri.getHost();
            return host != null
                    && value.equals(uri.getRawAuthority())
                    && uri.getUserInfo() == null
                    && uri.getPort() >= 0
                    && uri.getPort() <= 65_535
                    && (host.matches("127\\.[0-9.]+") || host.equals("[::1]"))
                    && InetAddress.ofLiteral(host.replace("[", "").replace("]", ""))
                            .isLoopbackAddress();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isHost(String value) {
        try {
            URI uri = new URI("http://" + value);
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getPath().isEmpty()
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getPort() <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isUrl(String value) {
        try {
            URI uri = new URI(value);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isAddress(String value) {
        boolean old = value.indexOf(':') < 0;
        return isRange(value + "/1", old ? "0123456789." : "0123456789abcdefABCDEF:.", old ? 4 : 16, 1, 1);
    }

    /** Of an address's own characters only: anything else would be looked up as a name. */
    private static boolean isRange(String value, String characters, int addressBytes, int shortest, int longest) {
        int slash = value.indexOf('/');
        for (int i = 0; i < slash; i++) {
            if (characters.indexOf(value.charAt(i)) < 0) {
                return false;
            }
        }
        String address = slash < 0 ? "" : value.substring(0, slash);
        if (address.isEmpty() || (addressBytes == 16) != (address.indexOf(':') >= 0)) {
            return false;
        }
        try {
            int prefix = Integer.parseInt(value.substring(slash + 1));
            return InetAddress.getByName(address).getAddress().length == addressBytes
                    && prefix >= shortest
                    && prefix <= longest;
        } catch (NumberFormatException | UnknownHostException e) {
            return false;
        }
    }
}
