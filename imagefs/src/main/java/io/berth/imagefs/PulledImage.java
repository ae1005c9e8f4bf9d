package io.berth.imagefs;

/**
 * What a pull ended with.
 *
 * @param image the image, recorded and durable
 * @param reference the full reference that was pulled, such as {@code docker.io/library/busybox:latest}
 * @param digest digest of the manifest (or index) that the registry gave for it, {@code sha256:…}
 */
public record PulledImage(Image image, String reference, String digest) {}
