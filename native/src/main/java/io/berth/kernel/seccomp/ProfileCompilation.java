package io.berth.kernel.seccomp;

import com.google.protobuf.ByteString;
import io.berth.kernel.Architecture;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One compilation of one profile. */
final class ProfileCompilation {
    /** {@code SCMP_FLTATR_CTL_OPTIMIZE}. */
    private static final int OPTIMIZE = 8;

    /** A binary tree over the numbers, in place of one comparison after the other. */
    private static final int BINARY_TREE = 2;

    /** {@code struct scmp_arg_cmp}: index, operator, and two 64-bit values. */
    private static final int COMPARISON_SIZE = 24;

    /** {@code struct sock_filter}. */
    private static final int INSTRUCTION_SIZE = 8;

    /** {@code BPF_MAXINSNS}: the kernel takes no longer program. */
    private static final int INSTRUCTION_LIMIT = 4096;

    /** {@code __NR_SCMP_ERROR}: libseccomp does not know the name. */
    private static final int UNKNOWN_NAME = -1;

    private final Libseccomp library;
    private final MemorySegment filter;
    private final Arena arena;
    private final int defaultAction;

    private ProfileCompilation(Libseccomp library, MemorySegment filter, Arena arena, int defaultAction) {
        this.library = library;
        this.filter = filter;
        this.arena = arena;
        this.defaultAction = defaultAction;
    }

    static SeccompFilter compile(SeccompProfile profile, SystemCalls systemCalls) {
        int flags = SeccompNames.flags(profile.flags());
        int defaultAction = SeccompNames.action(profile.defaultAction(), profile.defaultErrnoRet());
        Libseccomp library = Libseccomp.load();
        MemorySegment filter = library.init(defaultAction);
        if (filter.equals(MemorySegment.NULL)) {
            throw new SeccompException("seccomp: default action '" + profile.defaultAction() + "' is refused");
        }
        try (Arena arena = Arena.ofConfined()) {
            ProfileCompilation compilation = new ProfileCompilation(library, filter, arena, defaultAction);
            compilation.addArchitectures(profile);
            // Before libseccomp 2.5 there is no such attribute: the program is only slower then.
            library.setAttribute(filter, OPTIMIZE, BINARY_TREE);
            profile.syscalls().forEach(compilation::add);
            ByteBuffer program = compilation.export(systemCalls);
            if (SeccompNames.refuses(defaultAction)) {
                program = compilation.withPrelude(profile, program);
            }
            return new SeccompFilter(ByteString.copyFrom(checked(program)), flags);
        } finally {
            library.release(filter);
        }
    }

    private void addArchitectures(SeccompProfile profile) {
        for (int architecture : SeccompNames.architectures(profile.architectures(), Architecture.current())) {
            int result = library.addArchitecture(filter, architecture);
            // EEXIST: the machine's own is there from the start.
            if (result != 0 && result != -Errno.EEXIST.number()) {
                throw new SeccompException(
                        "seccomp: architecture 0x" + Integer.toHexString(architecture) + ": " + Errno.textOf(-result));
            }
        }
    }

    private void add(SeccompProfile.Rule rule) {
        int action = SeccompNames.action(rule.action(), rule.errnoRet());
        if (action == defaultAction) {
            return;
        }
        for (String name : rule.names()) {
            int number = library.resolve(Architecture.current().auditArchitecture(), arena.allocateFrom(name));
            if (number == UNKNOWN_NAME) {
                continue;
            }
            if (namesAnIndexTwice(rule.arguments())) {
                // libseccomp takes one condition for each argument; the established meaning of more is "any of them".
                rule.arguments().forEach(argument -> add(name, number, action, List.of(argument)));
            } else {
                add(name, number, action, rule.arguments());
            }
        }
    }

    private void add(String name, int number, int action, List<SeccompProfile.Argument> arguments) {
        MemorySegment comparisons = arena.allocate(Math.max(1, arguments.size()) * (long) COMPARISON_SIZE, 8);
        for (int index = 0; index < arguments.size(); index++) {
            SeccompProfile.Argument argument = arguments.get(index);
            if (argument.index() < 0 || argument.index() > 5) {
                throw new SeccompException(
                        "seccomp: " + name + ": argument index " + argument.index() + " is not between 0 and 5");
            }
            long offset = (long) index * COMPARISON_SIZE;
            comparisons.set(ValueLayout.JAVA_INT, offset, argument.index());
            comparisons.set(ValueLayout.JAVA_INT, offset + 4, SeccompNames.operator(argument.operator()));
            comparisons.set(ValueLayout.JAVA_LONG, offset + 8, argument.value());
            comparisons.set(ValueLayout.JAVA_LONG, offset + 16, argument.valueTwo());
        }
        int result = library.addRule(filter, action, number, arguments.size(), comparisons);
        // EEXIST: a rule before it says the same.
        if (result != 0 && result != -Errno.EEXIST.number()) {
            throw new SeccompException("seccomp: rule for " + name + ": " + Errno.textOf(-result));
        }
    }

    /** Exports to a memory file: to memory itself libseccomp exports only from 2.6 on. */
    private ByteBuffer export(SystemCalls systemCalls) {
        try (Descriptor file = systemCalls.memfdCreate("seccomp", 0)) {
            int result = library.exportBpf(filter, file.number());
            if (result != 0) {
                throw new SeccompException("seccomp: export of the program: " + Errno.textOf(-result));
            }
            ByteBuffer program =
                    ByteBuffer.allocate((int) systemCalls.fstat(file).size());
            while (program.hasRemaining()) {
                if (systemCalls.pread(file, program, program.position()) == 0) {
                    throw new SeccompException("seccomp: the exported program ends early");
                }
            }
            return program.flip();
        }
    }

    private ByteBuffer withPrelude(SeccompProfile profile, ByteBuffer program) {
        Map<Integer, Integer> newest = new LinkedHashMap<>();
        int newestX32 = 0;
        for (int architecture : SeccompNames.architectures(profile.architectures(), Architecture.current())) {
            int number = newest(profile, architecture);
            if (architecture == SeccompNames.X32) {
                newestX32 = number;
            } else if (number > 0) {
                newest.put(architecture, number);
            }
        }
        return NewCallsPrelude.before(program, newest, newestX32);
    }

    private int newest(SeccompProfile profile, int architecture) {
        // Pseudo-numbers, of calls that the architecture does not have, are negative.
        return profile.syscalls().stream()
                .flatMap(rule -> rule.names().stream())
                .mapToInt(name -> library.resolve(architecture, arena.allocateFrom(name)))
                .reduce(0, Math::max);
    }

    private static ByteBuffer checked(ByteBuffer program) {
        int size = program.remaining();
        if (size == 0 || size % INSTRUCTION_SIZE != 0 || size / INSTRUCTION_SIZE > INSTRUCTION_LIMIT) {
            throw new SeccompException("seccomp: a program of " + size / INSTRUCTION_SIZE
                    + " instructions, the kernel takes " + INSTRUCTION_LIMIT);
        }
        return program;
    }

    private static boolean namesAnIndexTwice(List<SeccompProfile.Argument> arguments) {
        Set<Integer> seen = new HashSet<>();
        return arguments.stream().anyMatch(argument -> !seen.add(argument.index()));
    }
}
