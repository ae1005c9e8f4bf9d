package io.berth.e2e.tour;

import java.util.List;

/**
 * The image that the first pod runs, and what can be asked of it.
 *
 * @param carried it stands in the daemon's distribution and needs no registry
 * @param exec a command to run inside
 * @param ports where a web server may listen
 */
record Guest(String reference, boolean carried, List<String> exec, List<Integer> ports) {
    private static final String CARRIED = "berth.local/hello:1";

    /** The image inside Berth: it serves a page and says who it is. */
    static Guest carriedImage() {
        return new Guest(CARRIED, true, List.of("/hello", "id"), List.of(8080));
    }

    /** Somebody's own image: it may have a shell and a web server, or not. */
    static Guest pulled(String reference) {
        return new Guest(reference, false, List.of("uname", "-a"), List.of(80, 8080));
    }
}
