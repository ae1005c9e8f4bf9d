package io.berth.imagefs.content;

import io.berth.kernel.codec.NativeHash;
import java.util.Optional;

/** Chooses how blobs are hashed: for large ones what this machine does fastest. Any thread. */
public final class Hashes {
    /** From here on a library's speed is worth the loading of it. */
    public static final long LARGE = 1 << 20;

    private final HashPairs pairs = new HashPairs();

    /**
     * Begins a hash.
     *
     * @param wanted says which algorithm
     * @param expected about how many bytes will come
     */
    public Hash like(Digest wanted, long expected) {
        Optional<Hash> hash = Optional.empty();
        if (expected >= LARGE && wanted.algorithm().equals(Digest.SHA256)) {
            hash = pairs.begin();
        }
        if (expected >= LARGE && hash.isEmpty()) {
            hash = NativeHash.of(wanted.algorithm()).map(library -> new Hash.OfLibrary(wanted.algorithm(), library));
        }
        return hash.orElseGet(() -> new Hash.OfJdk(wanted.algorithm(), wanted.newMessageDigest()));
    }
}
