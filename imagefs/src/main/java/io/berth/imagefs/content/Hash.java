package io.berth.imagefs.content;

import io.berth.kernel.codec.NativeHash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** A hash of much content that comes piece by piece. For one thread. */
public sealed interface Hash extends AutoCloseable permits Hash.OfJdk, Hash.OfLibrary, HashPairs.Stream {
    /**
     * Takes in what is between a direct buffer's position and its limit, neither of which moves. That may be later: the
     * bytes stay as they are until {@link #settle} or {@link #close} returns.
     */
    void update(ByteBuffer bytes);

    /** Takes in what has been put off, up to so many bytes of all that came. */
    void settle(long count);

    /** The digest of all that came; nothing more may come. */
    Digest finish();

    @Override
    void close();

    /** By libcrypto, at once. */
    record OfLibrary(String algorithm, NativeHash hash) implements Hash {
        @Override
        public void update(ByteBuffer bytes) {
            hash.update(bytes);
        }

        @Override
        public void settle(long wanted) {
            // nothing was put off
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

    /** By the JDK, at once. */
    record OfJdk(String algorithm, MessageDigest hash) implements Hash {
        @Override
        public void update(ByteBuffer bytes) {
            hash.update(bytes.duplicate());
        }

        @Override
        public void settle(long wanted) {
            // nothing was put off
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
