package io.berth.network.nftables;

import io.berth.network.NetworkException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of {@code nftables/libnftables.h} that Berth calls, bound when this class is first used. */
final class LibraryCalls {
    private static final String LIBRARY = "libnftables.so.1";

    private final MethodHandle newContext;
    private final MethodHandle freeContext;
    private final MethodHandle bufferOutput;
    private final MethodHandle bufferErrors;
    private final MethodHandle setOutputFlags;
    private final MethodHandle outputBuffer;
    private final MethodHandle errorBuffer;
    private final MethodHandle run;

    private LibraryCalls(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        ValueLayout pointer = ValueLayout.ADDRESS;
        ValueLayout integer = ValueLayout.JAVA_INT;
        newContext = bind(linker, library, "nft_ctx_new", FunctionDescriptor.of(pointer, integer));
        freeContext = bind(linker, library, "nft_ctx_free", FunctionDescriptor.ofVoid(pointer));
        bufferOutput = bind(linker, library, "nft_ctx_buffer_output", FunctionDescriptor.of(integer, pointer));
        bufferErrors = bind(linker, library, "nft_ctx_buffer_error", FunctionDescriptor.of(integer, pointer));
        setOutputFlags = bind(linker, library, "nft_ctx_output_set_flags", FunctionDescriptor.ofVoid(pointer, integer));
        outputBuffer = bind(linker, library, "nft_ctx_get_output_buffer", FunctionDescriptor.of(pointer, pointer));
        errorBuffer = bind(linker, library, "nft_ctx_get_error_buffer", FunctionDescriptor.of(pointer, pointer));
        run = bind(linker, library, "nft_run_cmd_from_buffer", FunctionDescriptor.of(integer, pointer, pointer));
    }

    /**
     * Loads the library.
     *
     * @throws NetworkException saying which package to install when it is not there
     */
    static LibraryCalls load() {
        return load(LIBRARY);
    }

    static LibraryCalls load(String name) {
        try {
            return new LibraryCalls(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException missing) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "load library",
                    name,
                    "not found: install the package libnftables1 (apt-get install libnftables1)",
                    missing);
        }
    }

    MemorySegment newContext() {
        try {
            return (MemorySegment) newContext.invokeExact(0);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    void freeContext(MemorySegment context) {
        try {
            freeContext.invokeExact(context);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** Has output and errors kept in buffers, not written to the process's own; returns whether that worked. */
    boolean buffer(MemorySegment context) {
        try {
            return (int) bufferOutput.invokeExact(context) == 0 && (int) bufferErrors.invokeExact(context) == 0;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    void setOutputFlags(MemorySegment context, int flags) {
        try {
            setOutputFlags.invokeExact(context, flags);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** Runs commands, all of them in one transaction; returns 0 when the kernel has taken them. */
    int run(MemorySegment context, MemorySegment commands) {
        try {
            return (int) run.invokeExact(context, commands);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    String output(MemorySegment context) {
        try {
            return text((MemorySegment) outputBuffer.invokeExact(context));
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    String errors(MemorySegment context) {
        try {
            return text((MemorySegment) errorBuffer.invokeExact(context));
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static String text(MemorySegment pointer) {
        return pointer.address() == 0 ? "" : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private static MethodHandle bind(Linker linker, SymbolLookup library, String name, FunctionDescriptor type) {
        return linker.downcallHandle(library.findOrThrow(name), type);
    }

    private static IllegalStateException unexpected(Throwable failure) {
        return new IllegalStateException("call into " + LIBRARY, failure);
    }
}
