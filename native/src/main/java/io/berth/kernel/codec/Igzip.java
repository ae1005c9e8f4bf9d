package io.berth.kernel.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Inflates by {@code libisal} (Intel's storage library, for x86-64 and arm64), which is two to three times faster than
 * zlib. Loaded when the first one is made, and tried on a small stream then: another layout of its state would show.
 * For the thread that made it, which closes it.
 */
public final class Igzip implements AutoCloseable {
    private static final List<String> LIBRARIES = List.of("libisal.so.2");

    // struct inflate_state of isa-l/igzip_lib.h, versions 2.20 to 2.31: the same on both architectures.
    private static final int NEXT_OUT = 0;
    private static final int AVAILABLE_OUT = 8;
    private static final int NEXT_IN = 16;
    private static final int AVAILABLE_IN = 32;
    private static final int BLOCK_STATE = 21160;
    private static final int CHECKSUM_FLAG = 21172;
    /** The structure takes 87,368 bytes. */
    private static final int STATE_SIZE = 96 << 10;

    private static final int RAW_WITH_GZIP_TRAILER_VERIFIED = 6;
    private static final int FINISHED = 5;
    private static final int DICTIONARY_WANTED = 6;

    private static final byte[] TRIAL = {
        (byte) 0xcb, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 7, 0, (byte) 0x86, (byte) 0xa6, 0x10, 0x36, 5, 0, 0, 0
    };

    private final Libisal library;
    private final Arena arena = Arena.ofConfined();
    private final ByteBuffer state =
            arena.allocate(STATE_SIZE, Long.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
    private final long address = MemorySegment.ofBuffer(state).address();

    private Igzip(Libisal library) {
        this.library = library;
        begin();
    }

    private record Libisal(MethodHandle init, MethodHandle inflate) {
        static final @Nullable Libisal LOADED =
                SharedLibrary.load(LIBRARIES).flatMap(Libisal::bind).orElse(null);

        private static Optional<Libisal> bind(SharedLibrary library) {
            try {
                Libisal bound = new Libisal(library.function("isal_inflate_init"), library.function("isal_inflate"));
                try (Igzip trial = new Igzip(bound)) {
                    return trial.passesTrial() ? Optional.of(bound) : Optional.empty();
                }
            } catch (NoSuchElementException _) {
                return Optional.empty();
            }
        }
    }

    /** Something to inflate with; empty where the library is not there, or not the one that is known here. */
    public static Optional<Igzip> create() {
        return Optional.ofNullable(Libisal.LOADED).map(Igzip::new);
    }

    /** Begins a stream: what comes next is the body of a gzip member, after its header. */
    public void begin() {
        SharedLibrary.call(library.init, address, 0, 0);
        state.putInt(CHECKSUM_FLAG, RAW_WITH_GZIP_TRAILER_VERIFIED);
    }

    /**
     * Inflates as much as there is, or as there is room for. Moves both positions.
     *
     * @param source a direct buffer
     * @param target a direct buffer
     * @throws DataFormatException where the stream is broken, or its checksum wrong
     */
    public void inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException {
        state.putLong(NEXT_IN, MemorySegment.ofBuffer(source).address());
        state.putInt(AVAILABLE_IN, source.remaining());
        state.putLong(NEXT_OUT, MemorySegment.ofBuffer(target).address());
        state.putInt(AVAILABLE_OUT, target.remaining());
        int result;
        try {
            result = (int) SharedLibrary.call(library.inflate, address, 0, 0);
        } finally {
            Reference.reachabilityFence(source);
            Reference.reachabilityFence(target);
        }
        if (result < 0 || result == DICTIONARY_WANTED) {
            throw new DataFormatException(reason(result));
        }
        source.position(source.limit() - state.getInt(AVAILABLE_IN));
        target.position(target.limit() - state.getInt(AVAILABLE_OUT));
    }

    /** Whether the member has ended, its trailer included; the source is at what follows it. */
    public boolean isFinished() {
        return state.getInt(BLOCK_STATE) == FINISHED;
    }

    private static String reason(int result) {
        return switch (result) {
            case DICTIONARY_WANTED -> "it wants a dictionary";
            case -1 -> "invalid block";
            case -2 -> "invalid code";
            case -3 -> "invalid distance too far back";
            case -6 -> "wrong checksum";
            default -> "error " + result;
        };
    }

    private boolean passesTrial() {
        ByteBuffer source = ByteBuffer.allocateDirect(TRIAL.length).put(TRIAL).flip();
        ByteBuffer target = ByteBuffer.allocateDirect(16);
        try {
            inflate(source, target);
            return isFinished() && !source.hasRemaining() && target.position() == 5 && target.get(0) == 'h';
        } catch (DataFormatException _) {
            return false;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
