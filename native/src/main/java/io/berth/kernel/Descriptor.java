package io.berth.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * Owns one file descriptor of this process and closes it exactly once. All descriptors that {@link SystemCalls} makes
 * are close-on-exec.
 *
 * <p>A descriptor may be used by several threads, but only its owner may close it, after the others are done: the
 * kernel hands a closed number out again at once. Use after {@link #close} is refused.
 */
public final class Descriptor implements AutoCloseable {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Descriptor.class, "closed", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final int number;
    private final IntConsumer closer;
    private volatile boolean closed;

    /**
     * Takes ownership of {@code number}.
     *
     * @param closer called once with the number when the descriptor is closed
     */
    public Descriptor(int number, IntConsumer closer) {
        if (number < 0) {
            throw new IllegalArgumentException("not a file descriptor: " + number);
        }
        this.number = number;
        this.closer = closer;
    }

    /**
     * Returns the number, for a call to the kernel.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public int number() {
        if (closed) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /**
     * Returns the path under {@code /proc} by which {@code java.nio.file} reaches the same open file. Valid only while
     * this descriptor is open.
     */
    public Path procPath() {
        return Path.of("/proc/self/fd/" + number());
    }

    /**
     * Gives up ownership: the number is the caller's to close.
     *
     * @throws IllegalStateException after {@link #close}, or when it was released before
     */
    public int release() {
        if (!CLOSED.compareAndSet(this, false, true)) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /** Closes the descriptor; further calls do nothing. */
    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            closer.accept(number);
        }
    }

    @Override
    public String toString() {
        return "Descriptor[" + number + (closed ? ", closed]" : "]");
    }
}
