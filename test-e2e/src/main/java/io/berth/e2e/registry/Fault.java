package io.berth.e2e.registry;

/** How a {@link ProxyRegistry} answers in place of the registry behind it. */
public sealed interface Fault {
    /** A status with a JSON error body as registries send it. */
    record Status(int code, String errorCode) implements Fault {}

    /** As many bytes as promised, but others. */
    record WrongBytes() implements Fault {}

    /** Half of the promised bytes, then the connection ends. */
    record Truncated() implements Fault {}

    /** Bytes without end. */
    record Endless() implements Fault {}

    /** The right bytes, but so few a second that a test can watch them come. */
    record Trickle(int bytesPerSecond) implements Fault {}

    /** A redirect to itself. */
    record RedirectLoop() implements Fault {}

    /** No answer until the proxy is closed or the fault lifted. */
    record Silence() implements Fault {}
}
