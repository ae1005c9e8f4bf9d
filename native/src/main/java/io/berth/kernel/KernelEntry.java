package io.berth.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way into the kernel: the C library's {@code syscall(2)}, with all arguments as words. One handle serves every
 * call, so that start-up pays for one binding only, and Berth needs no C library that knows the newest calls.
 */
final class KernelEntry {
    private static final Architecture ARCHITECTURE = Architecture.current();

    private KernelEntry() {}

    /** Binds the handle now, which the first call would else do. */
    static void bind() {
        Objects.requireNonNull(Bound.SYSCALL);
    }

    /** The handle, bound when the first call is made. */
    private static final class Bound {
        static final MethodHandle SYSCALL = bind();

        private Bound() {}

        private static MethodHandle bind() {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
        }
    }

    /**
     * Makes a call; an interrupted one again.
     *
     * @return the kernel's result, or the error number negated
     */
    static long call(Scratch scratch, SystemCallNumber number, long a, long b, long c, long d, long e, long f) {
        MemorySegment errno = scratch.errnoSegment();
        long code = number.on(ARCHITECTURE);
        while (true) {
            long result;
            try {
                result = (long) Bound.SYSCALL.invokeExact(errno, code, a, b, c, d, e, f);
            } catch (Throwable impossible) {
                throw new LinkageError("syscall(2) cannot be called", impossible);
            }
            if (result != -1) {
                return result;
            }
            int error = scratch.errno();
            // close(2) is not repeated: Linux has released the number even when it was interrupted.
            if (error != Errno.EINTR.number() || number == SystemCallNumber.CLOSE) {
                return -error;
            }
        }
    }

    /** Makes a call and turns an error into an exception about {@code path} in {@code directory}. */
    static long require(
            Scratch scratch,
            SystemCallNumber number,
            @Nullable Descriptor directory,
            @Nullable String path,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f) {
        long result = call(scratch, number, a, b, c, d, e, f);
        if (result < 0) {
            throw failure(number, directory, path, (int) -result);
        }
        return result;
    }

    /** Returns the exception for an error, with the full path where it can be known. */
    static SystemCallException failure(
            SystemCallNumber number, @Nullable Descriptor directory, @Nullable String path, int errno) {
        return new SystemCallException(number.manualName(), Subjects.of(directory, path), errno);
    }

    static void close(int descriptor) {
        try (Scratch scratch = Scratch.borrow()) {
            // The result is of no use: the number is free again whatever it says.
            call(scratch, SystemCallNumber.CLOSE, descriptor, 0, 0, 0, 0, 0);
        }
    }
}
