package io.berth.core.status;

/**
 * One condition of the runtime, as the kubelet reads it.
 *
 * @param type "RuntimeReady", "NetworkReady", or one of Berth's own
 * @param reason one word, empty when all is well
 * @param message for a person
 */
public record RuntimeCondition(String type, boolean satisfied, String reason, String message) {}
