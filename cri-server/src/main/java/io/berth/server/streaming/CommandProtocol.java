package io.berth.server.streaming;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of Kubernetes' remote command protocol over SPDY.
 *
 * @param name as the header says it; empty for a client that says none
 * @param resizes there is a stream for the terminal's size
 * @param statusIsJson how the error stream tells the end
 */
record CommandProtocol(String name, boolean resizes, boolean statusIsJson) {
    static final List<CommandProtocol> ALL = List.of(
            new CommandProtocol("v4.channel.k8s.io", true, true),
            new CommandProtocol("v3.channel.k8s.io", true, false),
            new CommandProtocol("v2.channel.k8s.io", false, false),
            new CommandProtocol("channel.k8s.io", false, false));

    private static final CommandProtocol UNNAMED = new CommandProtocol("", false, false);

    /** The first of the client's that is known here; null when there is none. */
    static @Nullable CommandProtocol choose(List<String> offered) {
        if (offered.isEmpty()) {
            return UNNAMED;
        }
        for (String name : offered) {
            for (CommandProtocol known : ALL) {
                if (known.name().equals(name)) {
                    return known;
                }
            }
        }
        return null;
    }
}
