package io.berth.kernel.codec;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-2 by OpenSSL's {@code libcrypto}, which uses the processor's instructions for it. Loaded when the first one is
 * made. For one thread; holds native memory until {@link #close}.
 */
public final class NativeHash implements AutoCloseable {
    private static final List<String> LIBRARIES = List.of("libcrypto.so.3", "libcrypto.so.1.1");
    private static final int LONGEST = 64;

    private final Libcrypto library;
    private long context;

    private NativeHash(Libcrypto library, long context) {
        this.library = library;
        this.context = context;
    }

    private record Libcrypto(
            MethodHandle make,
            MethodHandle begin,
            MethodHandle update,
            MethodHandle end,
            MethodHandle free,
            MethodHandle sha256,
            MethodHandle sha512) {
        static final @Nullable Libcrypto LOADED =
                SharedLibrary.load(LIBRARIES).flatMap(Libcrypto::bind).orElse(null);

        private static Optional<Libcrypto> bind(SharedLibrary library) {
            try {
                return Optional.of(new Libcrypto(
                        library.function("EVP_MD_CTX_new"),
                        library.function("EVP_DigestInit_ex"),
                        library.function("EVP_DigestUpdate"),
                        library.function("EVP_DigestFinal_ex"),
                        library.function("EVP_MD_CTX_free"),
                        library.function("EVP_sha256"),
                        library.function("EVP_sha512")));
            } catch (NoSuchElementException _) {
                return Optional.empty();
            }
        }
    }

    /**
     * Begins a hash.
     *
     * @param algorithm {@code sha256} or {@code sha512}
     * @return empty where there is no such library, or it will not do that algorithm
     */
    public static Optional<NativeHash> of(String algorithm) {
        Libcrypto library = Libcrypto.LOADED;
        if (library == null) {
            return Optional.empty();
        }
        long type = SharedLibrary.call(algorithm.equals("sha512") ? library.sha512 : library.sha256, 0, 0, 0);
        long context = SharedLibrary.call(library.make, 0, 0, 0);
        if (context == 0 || type == 0) {
            return Optional.empty();
        }
        NativeHash hash = new NativeHash(library, context);
        if ((int) SharedLibrary.call(library.begin, context, type, 0) != 1) {
            hash.close();
            return Optional.empty();
        }
        return Optional.of(hash);
    }

    /**
     * Takes bytes in.
     *
     * @param bytes a direct buffer; from its position to its limit, neither of which moves
     */
    public void update(ByteBuffer bytes) {
        long address = MemorySegment.ofBuffer(bytes).address();
        try {
            require((int) SharedLibrary.call(library.update, opened(), address, bytes.remaining()));
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** The hash of all that came. Nothing more may come. */
    public byte[] finish() {
        ByteBuffer result = ByteBuffer.allocateDirect(LONGEST + Integer.BYTES);
        long address = MemorySegment.ofBuffer(result).address();
        require((int) SharedLibrary.call(library.end, opened(), address, address + LONGEST));
        byte[] hash = new byte[result.order(java.nio.ByteOrder.nativeOrder()).getInt(LONGEST)];
        result.get(0, hash);
        return hash;
    }

    private long opened() {
        if (context == 0) {
            throw new IllegalStateException("this hash is closed");
        }
        return context;
    }

    private static void require(int result) {
        if (result != 1) {
            throw new IllegalStateException("libcrypto failed to hash");
        }
    }

    /** Frees its memory. Idempotent. */
    @Override
    public void close() {
        if (context != 0) {
            SharedLibrary.call(library.free, context, 0, 0);
            context = 0;
        }
    }
}
