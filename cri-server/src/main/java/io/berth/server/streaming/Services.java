package io.berth.server.streaming;

import io.berth.core.stream.Streams;
import io.berth.server.config.StreamingConfig;
import java.util.concurrent.Executor;

/**
 * What every session stands on.
 *
 * @param workers for calls of the core, which block; rejects what it has no room for
 */
record Services(Streams streams, Executor workers, StreamingConfig config) {}
