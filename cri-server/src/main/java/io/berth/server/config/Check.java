package io.berth.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a text, or null when nothing is. */
interface Check {
    @Nullable
    String problem(String value);

    Check ABSOLUTE_PATH_OR_EMPTY =
            value -> value.isEmpty() || value.startsWith("/") ? null : "must be an absolute path, is \"" + value + "\"";

    Check ABSOLUTE_PATH = value -> value.startsWith("/") ? null : "must be an absolute path, is \"" + value + "\"";

    Check NOT_EMPTY = value -> value.isEmpty() ? "must not be empty" : null;

    Check INTERFACE_NAME =
            value -> Pattern.matches("[^\\s/:]{1,15}", value) && !value.equals(".") && !value.equals("..")
                    ? null
                    : "must be a name of 1 to 15 characters without spaces, slashes and colons, is \"" + value + "\"";

    Check HOST = value -> Pattern.matches("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?", value)
            ? null
            : "must be HOST or HOST:PORT, is \"" + value + "\"";

    static Check ipv4Range(int shortest, int longest) {
        return value -> rangeProblem(value, 4, shortest, longest);
    }

    static Check ipv6RangeOrEmpty(int shortest, int longest) {
        return value -> value.isEmpty() ? null : rangeProblem(value, 16, shortest, longest);
    }

    private static @Nullable String rangeProblem(String value, int addressBytes, int shortest, int longest) {
        String family = addressBytes == 4 ? "IPv4" : "IPv6";
        String wanted = "must be an " + family + " range, ADDRESS/" + shortest + " to ADDRESS/" + longest + ", is \""
                + value + "\"";
        int slash = value.indexOf('/');
        // Only literals: a name would be looked up.
        Pattern literal =
                addressBytes == 4 ? Pattern.compile("[0-9.]+") : Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
        if (slash < 0 || !literal.matcher(value.substring(0, slash)).matches()) {
            return wanted;
        }
        try {
            int prefix = Integer.parseInt(value.substring(slash + 1));
            boolean right = InetAddress.getByName(value.substring(0, slash)).getAddress().length == addressBytes
                    && prefix >= shortest
                    && prefix <= longest;
            return right ? null : wanted;
        } catch (NumberFormatException | UnknownHostException e) {
            return wanted;
        }
    }
}
