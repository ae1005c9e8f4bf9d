package io.berth.imagefs;

/**
 * Says whether an image may be used, after its reference has been resolved and before anything of it is unpacked. For
 * pulls from registries; archives that an administrator imports are not asked about. Any thread; an interrupt cancels.
 */
@FunctionalInterface
public interface ImageVerifier {
    /** Lets everything pass. */
    ImageVerifier NONE = _ -> {};

    /**
     * Returns for an image that may be used.
     *
     * @throws ImageException of kind PERMISSION_DENIED for one that may not, saying why
     */
    void verify(Subject subject);

    /**
     * What is to be verified.
     *
     * @param reference in full, as it was asked for
     * @param digest of the manifest or index that it stands for
     * @param mediaType of that document
     * @param document its bytes, which have that digest
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Subject(String reference, String digest, String mediaType, byte[] document) {}
}
