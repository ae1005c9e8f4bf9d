package io.berth.network.netlink;

import java.util.function.Supplier;

/**
 * A message to the kernel, with words for the error that may come back.
 *
 * @param operation what it does, like {@code create veth}
 * @param subjectText says what it does it to; asked only when it is needed
 */
public record NetlinkRequest(String operation, Supplier<String> subjectText, NetlinkMessage message) {

    /**
     * As above, with words that are there already.
     *
     * @param subject what it does it to, like a link's name
     */
    public NetlinkRequest(String operation, String subject, NetlinkMessage message) {
        this(operation, () -> subject, message);
    }

    /** What it does it to. */
    public String subject() {
        return subjectText.get();
    }
}
