package io.berth.network;

/**
 * Whether pods can be attached.
 *
 * @param reason one CamelCase word for conditions, empty when ready
 * @param message what is wrong and what to do about it, empty when ready
 */
public record NetworkStatus(boolean ready, String reason, String message) {

    private static final NetworkStatus READY = new NetworkStatus(true, "", "");

    public static NetworkStatus isReady() {
        return READY;
    }

    public static NetworkStatus notReady(String reason, String message) {
        return new NetworkStatus(false, reason, message);
    }
}
