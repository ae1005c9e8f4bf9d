package io.berth.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    private static final ThreadLocal<Scratch> OF_PLATFORM_THREAD = ThreadLocal.withInitial(() -> new Scratch(false));
    private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger POOLED = new AtomicInteger();

    private final boolean pooled;
    private final MemorySegment memory;
    private final MemorySegment errno;
    private @Nullable MemorySegment transfer;
    private int used = ERRNO_ROOM;

    private Scratch(boolean pooled) {
        this.pooled = pooled;
        this.memory = Arena.ofAuto().allocate(SIZE, 16);
        this.errno = memory.asSlice(0, KernelEntry.ERRNO_LAYOUT.byteSize());
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

    /** Returns the memory that {@link #allocate} hands out, by the offsets that it returns. */
    MemorySegment memory() {
        return memory;
    }

    /** Returns the address of an offset that {@link #allocate} returned. */
    long address(int offset) {
        return memory.address() + offset;
    }

    /** Sets {@code size} bytes aside, zeroed and aligned to 8. */
    int allocate(int size) {
        int offset = (used + 7) & ~7;
        memory.asSlice(offset, size).fill((byte) 0);
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
            memory.set(ValueLayout.JAVA_BYTE, start + index, (byte) character);
        }
        memory.set(ValueLayout.JAVA_BYTE, start + length, (byte) 0);
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
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, start, bytes.length);
        memory.set(ValueLayout.JAVA_BYTE, start + bytes.length, (byte) 0);
        used = start + bytes.length + 1;
        return memory.address() + start;
    }

    /** Returns 64 KiB for bytes on their way between the heap and the kernel. */
    MemorySegment transfer() {
        MemorySegment segment = transfer;
        if (segment == null) {
            segment = Arena.ofAuto().allocate(TRANSFER_SIZE, 16);
            transfer = segment;
        }
        return segment;
    }
}
