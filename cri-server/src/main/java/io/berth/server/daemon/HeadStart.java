package io.berth.server.daemon;

import io.berth.kernel.SystemCalls;
import io.berth.proto.cri.v1.CriProto;

/** What the daemon needs whatever its configuration says, begun on a thread of its own before that is read. */
public final class HeadStart {
    private HeadStart() {}

    /** Begins. Who needs a part of it before it is there waits for that part. */
    public static void begin() {
        Thread.ofPlatform().name("head-start").daemon().start(() -> {
            SystemCalls.bind();
            // The descriptors of all messages: half of what the first call would wait for.
            CriProto.getDescriptor();
        });
    }
}
