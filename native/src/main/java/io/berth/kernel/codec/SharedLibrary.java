package io.berth.kernel.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * A shared library whose functions take up to three words. One shape serves them all, so that the linker makes one
 * stub: a function that takes less does not look at the rest (both calling conventions pass words in registers), and
 * one that returns an {@code int} leaves the upper half of the word undefined.
 */
final class SharedLibrary {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(WORD, WORD, WORD, WORD);

    private final SymbolLookup symbols;

    private SharedLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** Loads the first of these that is installed, for good. */
    static Optional<SharedLibrary> load(List<String> names) {
        for (String name : names) {
            try {
                return Optional.of(new SharedLibrary(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException _) {
                // not installed under this name
            }
        }
        return Optional.empty();
    }

    /** A function; {@link java.util.NoSuchElementException} where the library has none of that name. */
    MethodHandle function(String name) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), SHAPE);
    }

    /** Calls it. */
    static long call(MethodHandle function, long a, long b, long c) {
        try {
            return (long) function.invokeExact(a, b, c);
        } catch (Throwable impossible) {
            throw new LinkageError("a native function cannot be called", impossible);
        }
    }
}
