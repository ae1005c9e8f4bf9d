package io.berth.imagefs.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int LONGEST_HEADER = 8192;

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** The value of a parameter, or empty. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Reads all challenges of all header lines; what cannot be understood is left out. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            if (header.length() <= LONGEST_HEADER) {
                new Parser(header).readInto(challenges);
            }
        }
        return challenges;
    }

    /**
     * A hand-written reader: a comma separates parameters and challenges alike, so regular expressions lose their way.
     */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void readInto(List<Challenge> challenges) {
            skip(" \t,");
            while (at < text.length()) {
                int before = at;
                String scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                skip(" \t");
                Map<String, String> parameters = new LinkedHashMap<>();
                readParameters(parameters);
                challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                skip(" \t,");
                if (at == before) {
                    return;
                }
            }
        }

        private void readParameters(Map<String, String> parameters) {
            while (at < text.length()) {
                int start = at;
                String name = token();
                skip(" \t");
                if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                    at = start;
                    return;
                }
                at++;
                skip(" \t");
                parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value());
                skip(" \t,");
            }
        }

        private String value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                return token();
            }
            at++;
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at++;
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
