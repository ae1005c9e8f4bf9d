package io.berth.server.streaming;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' protocols over WebSocket.
 *
 * @param name the subprotocol; empty for a client that names none
 * @param isText messages are base64
 * @param statusIsJson how the channel for errors tells the end
 * @param endsChannels a client can end its standard input
 */
record WebSocketProtocol(String name, boolean isText, boolean statusIsJson, boolean endsChannels) {
    private static final List<WebSocketProtocol> COMMAND = List.of(
            new WebSocketProtocol("v5.channel.k8s.io", false, true, true),
            new WebSocketProtocol("v4.channel.k8s.io", false, true, false),
            new WebSocketProtocol("v4.base64.channel.k8s.io", true, true, false),
            new WebSocketProtocol("channel.k8s.io", false, false, false),
            new WebSocketProtocol("base64.channel.k8s.io", true, false, false));

    private static final List<WebSocketProtocol> FORWARD = List.of(COMMAND.get(1), COMMAND.get(2));

    private static final WebSocketProtocol UNNAMED = new WebSocketProtocol("", false, false, false);

    /** For exec and attach: the first of the client's that is known here; null when there is none. */
    static @Nullable WebSocketProtocol forCommand(List<String> offered) {
        return choose(offered, COMMAND);
    }

    /** The same for forwarded ports, each on channels of its own. */
    static @Nullable WebSocketProtocol forForward(List<String> offered) {
        return choose(offered, FORWARD);
    }

    private static @Nullable WebSocketProtocol choose(List<String> offered, List<WebSocketProtocol> known) {
        if (offered.isEmpty()) {
            return UNNAMED;
        }
        for (String name : offered) {
            for (WebSocketProtocol protocol : known) {
                if (protocol.name().equals(name)) {
                    return protocol;
                }
            }
        }
        return null;
    }
}
