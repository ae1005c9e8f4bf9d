package io.berth.imagefs.http;

import java.time.Duration;

/**
 * How long is waited.
 *
 * @param connect for a connection, its TLS handshake included
 * @param response from a request to the beginning of its answer
 * @param progress longest silence within a body
 */
public record HttpTimes(Duration connect, Duration response, Duration progress) {}
