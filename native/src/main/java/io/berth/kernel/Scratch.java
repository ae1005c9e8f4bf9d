package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for the arguments of one system call: strings and structures are laid one after the other into a piece
 * that a platform thread keeps and that virtual threads share from a pool, so that a call allocates nothing.
 *
 * <p>Use is not nested within a thread.
 */
final class Scratch implements AutoCloseable {
    /** Room for the four strings of mount(2), which are a page at most each, and a structure. */
    private static final int SIZE = 5 * 4096;

    private static final int TRANSFER_SIZE = 64 * 1024;
    private static final int PATH_LIMIT = 4096;
    private static final int POOL_LIMIT = 64;
    private static final int ERRNO_ROOM = 16;

    /** The largest structure. */
    private static final byte[] ZEROS = new byte[4096];

    private static final ThreadLocal<Scratch> OF_PLATFORM_THREAD = ThreadLocal.withInitial(() -> new Scratch(false));
    private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger POOLED = new AtomicInteger();

    private final boolean pooled;
    private final NativeBuffer memory;
    private final MemorySegment errno;
    private @Nullable NativeBuffer transfer;
    private int used = ERRNO_ROOM;

    private Scratch(boolean pooled) {
        this.pooled = pooled;
        this.memory = NativeBuffer.allocate(SIZE);
        this.errno = MemorySegment.ofBuffer(memory.bytes().slice(0, ERRNO_ROOM));
    }

    /** Takes the thread's piece, or one from the pool. Give it back with {@link #close}. */
    static Scratch borrow() {
        Scratch scratch;
        if (Thread.currentThread().isVirtual()) {
            scratch = POOL.poll();
            if (scratch == null) {
                scratch = new Scratch(true);
            } else {
                POOLED.decrementAndGet();
            }
        } else {
            scratch = OF_PLATFORM_THREAD.get();
        }
        scratch.used = ERRNO_ROOM;
        return scratch;
    }

    @Override
    public void close() {
        if (pooled) {
            if (POOLED.incrementAndGet() <= POOL_LIMIT) {
                POOL.add(this);
            } else {
                POOLED.decrementAndGet();
            }
        }
    }

    /** Returns where a call leaves errno. */
    MemorySegment errnoSegment() {
        return errno;
    }

    /** Returns what the last call left there. */
    int errno() {
        return memory.bytes().getInt(0);
    }

    /** Returns the memory that {@link #allocate} hands out, by the offsets that it returns. */
    ByteBuffer memory() {
        return memory.bytes();
    }

    /** Returns the address of an offset that {@link #allocate} returned. */
    long address(int offset) {
        return memory.address() + offset;
    }

    /** Sets {@code size} bytes aside, zeroed and aligned to 8. */
    int allocate(int size) {
        int offset = (used + 7) & ~7;
        memory.bytes().put(offset, ZEROS, 0, size);
        used = offset + size;
        return offset;
    }

    /**
     * Lays down a NUL-terminated string and returns its address, 0 for null.
     *
     * @throws SystemCallException ENAMETOOLONG or EINVAL, where the kernel would not see what was meant
     */
    long string(SystemCallNumber call, @Nullable String text) {
        if (text == null) {
            return 0;
        }
        int start = used;
        int length = text.length();
        if (length >= PATH_LIMIT) {
            throw new SystemCallException(call.manualName(), text, Errno.ENAMETOOLONG);
        }
        for (int index = 0; index < length; index++) {
            char character = text.charAt(index);
            if (character == 0) {
                throw new SystemCallException(
                        call.manualName(), text.replace('\0', '?'), Errno.EINVAL.number(), "a NUL in the name");
            }
            if (character >= 0x80) {
                return encoded(call, text, start);
            }
            memory.bytes().put(start + index, (byte) character);
        }
        memory.bytes().put(start + length, (byte) 0);
        used = start + length + 1;
        return memory.address() + start;
    }

    private long encoded(SystemCallNumber call, String text, int start) {
        if (text.indexOf(0) >= 0) {
            throw new SystemCallException(
                    call.manualName(), text.replace('\0', '?'), Errno.EINVAL.number(), "a NUL in the name");
        }
        byte[] bytes = FileNames.encode(text);
        if (bytes.length >= PATH_LIMIT) {
            throw new SystemCallException(call.manualName(), text, Errno.ENAMETOOLONG);
        }
        memory.bytes().put(start, bytes, 0, bytes.length);
        memory.bytes().put(start + bytes.length, (byte) 0);
        used = start + bytes.length + 1;
        return memory.address() + start;
    }

    /** Returns 64 KiB for bytes on their way between the heap and the kernel. */
    NativeBuffer transfer() {
        NativeBuffer buffer = transfer;
        if (buffer == null) {
            buffer = NativeBuffer.allocate(TRANSFER_SIZE);
            transfer = buffer;
        }
        return buffer;
    }
}
