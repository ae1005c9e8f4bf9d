package io.berth.imagefs.content;

import io.berth.kernel.codec.NativeHash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * A hash of much content that comes piece by piece, by the machine's library where that is worth it. For one thread.
 */
public sealed interface Hash extends AutoCloseable {
    /** From here on the library's speed is worth the loading of it. */
    long LARGE = 1 << 20;

    /**
     * Begins.
     *
     * @param wanted says which algorithm
     * @param expected about how many bytes will come
     */
    static Hash like(Digest wanted, long expected) {
        if (expected >= LARGE) {
            var hash = NativeHash.of(wanted.algorithm());
            if (hash.isPresent()) {
                return new OfLibrary(wanted.algorithm(), hash.get());
            }
        }
        return new OfJdk(wanted.algorithm(), wanted.newMessageDigest());
    }

    /** Takes in what is between a direct buffer's position and its limit, neither of which moves. */
    void update(ByteBuffer bytes);

    /** The digest of all that came; nothing more may come. */
    Digest finish();

    @Override
    void close();

    /** By libcrypto. */
    record OfLibrary(String algorithm, NativeHash hash) implements Hash {
        @Override
        public void update(ByteBuffer bytes) {
            hash.update(bytes);
        }

        @Override
        public Digest finish() {
            return Digest.of(algorithm, hash.finish());
        }

        @Override
        public void close() {
            hash.close();
        }
    }

    /** By the JDK. */
    record OfJdk(String algorithm, MessageDigest hash) implements Hash {
        @Override
        public void update(ByteBuffer bytes) {
            hash.update(bytes.duplicate());
        }

        @Override
        public Digest finish() {
            return Digest.of(algorithm, hash.digest());
        }

        @Override
        public void close() {
            // nothing to free
        }
    }
}
