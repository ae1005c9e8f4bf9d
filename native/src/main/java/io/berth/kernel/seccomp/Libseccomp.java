package io.berth.kernel.seccomp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of {@code libseccomp.so.2} that Berth calls; bound when the first profile is compiled. */
final class Libseccomp {
    private static final String NAME = "libseccomp.so.2";

    private final MethodHandle init;
    private final MethodHandle release;
    private final MethodHandle attributeSet;
    private final MethodHandle architectureAdd;
    private final MethodHandle resolveName;
    private final MethodHandle ruleAdd;
    private final MethodHandle exportBpf;

    private Libseccomp(SymbolLookup library) {
        ValueLayout.OfInt integer = ValueLayout.JAVA_INT;
        var pointer = ValueLayout.ADDRESS;
        init = bind(library, "seccomp_init", FunctionDescriptor.of(pointer, integer));
        release = bind(library, "seccomp_release", FunctionDescriptor.ofVoid(pointer));
        attributeSet = bind(library, "seccomp_attr_set", FunctionDescriptor.of(integer, pointer, integer, integer));
        architectureAdd = bind(library, "seccomp_arch_add", FunctionDescriptor.of(integer, pointer, integer));
        resolveName =
                bind(library, "seccomp_syscall_resolve_name_arch", FunctionDescriptor.of(integer, integer, pointer));
        ruleAdd = bind(
                library,
                "seccomp_rule_add_array",
                FunctionDescriptor.of(integer, pointer, integer, integer, integer, pointer));
        exportBpf = bind(library, "seccomp_export_bpf", FunctionDescriptor.of(integer, pointer, integer));
    }

    private static final class Loaded {
        static final Libseccomp LIBRARY = new Libseccomp(SymbolLookup.libraryLookup(NAME, Arena.global()));

        private Loaded() {}
    }

    /**
     * Returns the library.
     *
     * @throws SeccompException where it is not installed
     */
    static Libseccomp load() {
        try {
            return Loaded.LIBRARY;
        } catch (ExceptionInInitializerError | NoClassDefFoundError missing) {
            throw new SeccompException(
                    NAME + " cannot be loaded: install the package libseccomp2 (Debian, Ubuntu)", missing);
        }
    }

    /** Makes a filter; NULL where it cannot. */
    MemorySegment init(int defaultAction) {
        try {
            return (MemorySegment) init.invokeExact(defaultAction);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    void release(MemorySegment filter) {
        try {
            release.invokeExact(filter);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    int setAttribute(MemorySegment filter, int attribute, int value) {
        try {
            return (int) attributeSet.invokeExact(filter, attribute, value);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    int addArchitecture(MemorySegment filter, int architecture) {
        try {
            return (int) architectureAdd.invokeExact(filter, architecture);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /** Returns a system call's number, a negative pseudo-number, or -1 for an unknown name. */
    int resolve(int architecture, MemorySegment name) {
        try {
            return (int) resolveName.invokeExact(architecture, name);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    int addRule(MemorySegment filter, int action, int systemCall, int count, MemorySegment comparisons) {
        try {
            return (int) ruleAdd.invokeExact(filter, action, systemCall, count, comparisons);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    int exportBpf(MemorySegment filter, int descriptor) {
        try {
            return (int) exportBpf.invokeExact(filter, descriptor);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    private static LinkageError unexpected(Throwable cause) {
        return new LinkageError(NAME + " cannot be called", cause);
    }
}
