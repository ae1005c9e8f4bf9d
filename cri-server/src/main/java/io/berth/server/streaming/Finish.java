package io.berth.server.streaming;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * The orderly end of a client's connection: all that was written goes out, then the end of the stream, and the client
 * gets some time to close its side. Closing at once, with bytes of the client's unread, would make the kernel reset the
 * connection and throw away what the client has not read yet.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class Finish {
    private static final long LINGER_SECONDS = 5;

    private Finish() {}

    /** Ends a connection; what still comes from the client is read, and is its handler's to drop. */
    static void gracefully(Channel channel) {
        channel.config().setAutoRead(true);
        // From the first handler on: what makes frames takes no plain bytes.
        channel.pipeline().firstContext().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(ended -> {
                    if (!ended.isSuccess()) {
                        channel.close();
                    }
                });
                var _ = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            } else {
                channel.close();
            }
        });
    }
}
