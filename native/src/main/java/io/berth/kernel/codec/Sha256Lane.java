package io.berth.kernel.codec;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a stream, whose bytes can be taken in together with those of another one: two take little longer than one
 * where the processor has instructions for it. By {@code libberth-hash}, Berth's own. One thread at a time, each of
 * which sees what the one before did.
 */
public final class Sha256Lane {
    private static final String LIBRARY = "libberth-hash.so";
    private static final int DIGEST = 32;

    // struct sha256_lane of hash/sha256.h.
    private static final int NEXT = 104;
    private static final int COUNT = 112;
    private static final int SIZE = 120;

    private final Library library;
    private final ByteBuffer lane = ByteBuffer.allocateDirect(SIZE + DIGEST).order(ByteOrder.nativeOrder());
    private final long address = MemorySegment.ofBuffer(lane).address();
    /** Keeps what is being taken in from being collected. */
    private @Nullable ByteBuffer piece;

    private Sha256Lane(Library library) {
        this.library = library;
        SharedLibrary.call(library.begin, address, 0, 0);
    }

    private record Library(MethodHandle begin, MethodHandle alone, MethodHandle both, MethodHandle end) {
        static final @Nullable Library LOADED =
                SharedLibrary.load(paths()).flatMap(Library::bind).orElse(null);

        private static List<String> paths() {
            return Arrays.stream(System.getProperty("java.library.path", "").split(File.pathSeparator))
                    .filter(directory -> directory.startsWith("/"))
                    .map(directory -> directory + "/" + LIBRARY)
                    .toList();
        }

        private static Optional<Library> bind(SharedLibrary library) {
            try {
                boolean supported =
                        (SharedLibrary.call(library.function("berth_sha256_supported"), 0, 0, 0) & 0xff) != 0;
                return !supported
                        ? Optional.empty()
                        : Optional.of(new Library(
                                library.function("berth_sha256_begin"),
                                library.function("berth_sha256_alone"),
                                library.function("berth_sha256_both"),
                                library.function("berth_sha256_end")));
            } catch (NoSuchElementException _) {
                return Optional.empty();
            }
        }
    }

    /** Begins a stream; empty where the processor has no instructions for it, or the library is missing. */
    public static Optional<Sha256Lane> create() {
        return Optional.ofNullable(Library.LOADED).map(Sha256Lane::new);
    }

    /**
     * Says what is to be taken in next, when nothing is left of what was said before.
     *
     * @param bytes a direct buffer; from its position to its limit, which stay as they are until all is taken
     */
    public void offer(ByteBuffer bytes) {
        if (left() > 0) {
            throw new IllegalStateException("the piece before is not taken in yet");
        }
        piece = bytes;
        lane.putLong(NEXT, MemorySegment.ofBuffer(bytes).address());
        lane.putLong(COUNT, bytes.remaining());
    }

    /** Bytes offered and not taken in yet. */
    public int left() {
        return (int) lane.getLong(COUNT);
    }

    /** Takes in all that was offered. */
    public void take() {
        try {
            SharedLibrary.call(library.alone, address, 0, 0);
        } finally {
            Reference.reachabilityFence(lane);
            Reference.reachabilityFence(piece);
        }
    }

    /** Takes in as much as both were offered, and all of one of them. */
    public void takeWith(Sha256Lane other) {
        try {
            SharedLibrary.call(library.both, address, other.address, 0);
        } finally {
            Reference.reachabilityFence(lane);
            Reference.reachabilityFence(piece);
            Reference.reachabilityFence(other.lane);
            Reference.reachabilityFence(other.piece);
        }
    }

    /** The hash of all that was taken in. Nothing more may come. */
    public byte[] finish() {
        SharedLibrary.call(library.end, address, address + SIZE, 0);
        byte[] digest = new byte[DIGEST];
        lane.get(SIZE, digest);
        return digest;
    }
}
