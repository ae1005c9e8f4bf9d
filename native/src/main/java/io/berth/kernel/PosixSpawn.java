package io.berth.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The C library's {@code posix_spawn(3)}: starts a program without copying this process and without the helper program
 * that the JDK puts in between.
 */
final class PosixSpawn {
    /** Room for {@code posix_spawn_file_actions_t} or {@code posix_spawnattr_t}, which need 80 and 336 bytes. */
    private static final int OBJECT_SIZE = 512;

    /** Size of {@code sigset_t}. */
    private static final int SIGNAL_SET_SIZE = 128;

    /** {@code POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID}. */
    private static final short FLAGS = 0x04 | 0x08 | 0x80;

    /** {@code O_RDWR}. */
    private static final int READ_WRITE = 2;

    private PosixSpawn() {}

    /** The handles, bound when the first program is started. */
    private static final class Bound {
        static final MethodHandle ACTIONS_INIT = bind("posix_spawn_file_actions_init");
        static final MethodHandle ACTIONS_OPEN = bind(
                "posix_spawn_file_actions_addopen",
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT);
        static final MethodHandle ACTIONS_DUPLICATE =
                bind("posix_spawn_file_actions_adddup2", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        static final MethodHandle ACTIONS_CLOSE_FROM =
                bind("posix_spawn_file_actions_addclosefrom_np", ValueLayout.JAVA_INT);
        static final MethodHandle ACTIONS_DESTROY = bind("posix_spawn_file_actions_destroy");
        static final MethodHandle ATTRIBUTES_INIT = bind("posix_spawnattr_init");
        static final MethodHandle ATTRIBUTES_FLAGS = bind("posix_spawnattr_setflags", ValueLayout.JAVA_SHORT);
        static final MethodHandle ATTRIBUTES_DEFAULTS = bind("posix_spawnattr_setsigdefault", ValueLayout.ADDRESS);
        static final MethodHandle ATTRIBUTES_MASK = bind("posix_spawnattr_setsigmask", ValueLayout.ADDRESS);
        static final MethodHandle ATTRIBUTES_DESTROY = bind("posix_spawnattr_destroy");
        static final MethodHandle SPAWN = bind(
                "posix_spawn",
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);

        private Bound() {}

        /** All of them return an error number and take a pointer first. */
        private static MethodHandle bind(String name, ValueLayout... more) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)
                            .appendArgumentLayouts(more));
        }
    }

    /** What the program gets of the descriptors of this process. */
    private sealed interface Given {
        /** As its standard input and its standard error. */
        record Streams(Descriptor standardInput, Descriptor standardError) implements Given {}

        /** As its descriptor 3; its output goes where this process's errors go. */
        record Connection(Descriptor socket) implements Given {}
    }

    /** Starts a program, see {@link ProcessCalls#spawn}. */
    static int spawn(
            String program,
            List<String> arguments,
            List<String> environment,
            Descriptor standardInput,
            Descriptor standardError) {
        return spawn(program, arguments, environment, new Given.Streams(standardInput, standardError));
    }

    /** Starts a program, see {@link ProcessCalls#spawnConnected}. */
    static int spawnConnected(String program, List<String> arguments, List<String> environment, Descriptor socket) {
        return spawn(program, arguments, environment, new Given.Connection(socket));
    }

    private static int spawn(String program, List<String> arguments, List<String> environment, Given given) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OBJECT_SIZE, 16);
            MemorySegment attributes = arena.allocate(OBJECT_SIZE, 16);
            check(program, (int) Bound.ACTIONS_INIT.invokeExact(actions));
            try {
                check(program, (int) Bound.ATTRIBUTES_INIT.invokeExact(attributes));
                try {
                    describe(program, actions, attributes, given, arena);
                    MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                    MemorySegment path = arena.allocateFrom(program);
                    MemorySegment argv = vector(arguments, arena);
                    MemorySegment envp = vector(environment, arena);
                    check(program, (int) Bound.SPAWN.invokeExact(pid, path, actions, attributes, argv, envp));
                    return pid.get(ValueLayout.JAVA_INT, 0);
                } finally {
                    int ignored = (int) Bound.ATTRIBUTES_DESTROY.invokeExact(attributes);
                }
            } finally {
                int ignored = (int) Bound.ACTIONS_DESTROY.invokeExact(actions);
            }
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new LinkageError("posix_spawn(3) cannot be called", impossible);
        }
    }

    private static void describe(
            String program, MemorySegment actions, MemorySegment attributes, Given given, Arena arena)
            throws Throwable {
        MemorySegment nothing = arena.allocateFrom("/dev/null");
        // The JDK opens files without close-on-exec.
        switch (given) {
            case Given.Streams(Descriptor standardInput, Descriptor standardError) -> {
                check(program, (int) Bound.ACTIONS_DUPLICATE.invokeExact(actions, standardInput.number(), 0));
                check(program, (int) Bound.ACTIONS_OPEN.invokeExact(actions, 1, nothing, READ_WRITE, 0));
                check(program, (int) Bound.ACTIONS_DUPLICATE.invokeExact(actions, standardError.number(), 2));
                check(program, (int) Bound.ACTIONS_CLOSE_FROM.invokeExact(actions, 3));
            }
            case Given.Connection(Descriptor socket) -> {
                check(program, (int) Bound.ACTIONS_OPEN.invokeExact(actions, 0, nothing, READ_WRITE, 0));
                check(program, (int) Bound.ACTIONS_DUPLICATE.invokeExact(actions, 2, 1));
                check(program, (int) Bound.ACTIONS_DUPLICATE.invokeExact(actions, socket.number(), 3));
                check(program, (int) Bound.ACTIONS_CLOSE_FROM.invokeExact(actions, 4));
            }
        }
        // The JVM ignores some signals, which exec would hand on.
        MemorySegment all = arena.allocate(SIGNAL_SET_SIZE, 8).fill((byte) 0xFF);
        MemorySegment none = arena.allocate(SIGNAL_SET_SIZE, 8);
        check(program, (int) Bound.ATTRIBUTES_DEFAULTS.invokeExact(attributes, all));
        check(program, (int) Bound.ATTRIBUTES_MASK.invokeExact(attributes, none));
        check(program, (int) Bound.ATTRIBUTES_FLAGS.invokeExact(attributes, FLAGS));
    }

    private static MemorySegment vector(List<String> strings, Arena arena) {
        MemorySegment vector = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
        for (int index = 0; index < strings.size(); index++) {
            vector.setAtIndex(ValueLayout.ADDRESS, index, arena.allocateFrom(strings.get(index)));
        }
        return vector;
    }

    private static void check(String program, int errno) {
        if (errno != 0) {
            throw new SystemCallException("spawn", program, errno);
        }
    }
}
