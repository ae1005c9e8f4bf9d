package io.berth.kernel;

import static io.berth.kernel.KernelEntry.call;
import static io.berth.kernel.KernelEntry.failure;
import static io.berth.kernel.KernelEntry.require;
import static io.berth.kernel.LinuxCalls.number;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link AttributeCalls} by system call. */
interface LinuxAttributeCalls extends AttributeCalls {
    @Override
    default void fchownat(@Nullable Descriptor directory, String path, int uid, int gid, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.FCHOWNAT, path);
            require(scratch, SystemCallNumber.FCHOWNAT, directory, path, number(directory), name, uid, gid, flags, 0);
        }
    }

    @Override
    default void fchown(Descriptor descriptor, int uid, int gid) {
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, SystemCallNumber.FCHOWN, descriptor, null, descriptor.number(), uid, gid, 0, 0, 0);
        }
    }

    @Override
    default void fchmodat(@Nullable Descriptor directory, String path, int mode) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.FCHMODAT, path);
            require(scratch, SystemCallNumber.FCHMODAT, directory, path, number(directory), name, mode, 0, 0, 0);
        }
    }

    @Override
    default void fchmod(Descriptor descriptor, int mode) {
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, SystemCallNumber.FCHMOD, descriptor, null, descriptor.number(), mode, 0, 0, 0, 0);
        }
    }

    @Override
    default void utimensat(
            @Nullable Descriptor directory,
            String path,
            long accessSeconds,
            int accessNanoseconds,
            long modificationSeconds,
            int modificationNanoseconds,
            int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long times = times(scratch, accessSeconds, accessNanoseconds, modificationSeconds, modificationNanoseconds);
            long name = scratch.string(SystemCallNumber.UTIMENSAT, path);
            require(scratch, SystemCallNumber.UTIMENSAT, directory, path, number(directory), name, times, flags, 0, 0);
        }
    }

    @Override
    default void futimens(
            Descriptor descriptor,
            long accessSeconds,
            int accessNanoseconds,
            long modificationSeconds,
            int modificationNanoseconds) {
        try (Scratch scratch = Scratch.borrow()) {
            long times = times(scratch, accessSeconds, accessNanoseconds, modificationSeconds, modificationNanoseconds);
            require(scratch, SystemCallNumber.UTIMENSAT, descriptor, null, descriptor.number(), 0, times, 0, 0, 0);
        }
    }

    @Override
    default void lsetxattr(@Nullable Descriptor directory, String name, String attribute, byte[] value) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.LSETXATTR;
            long path = scratch.string(call, single(directory, name));
            long key = scratch.string(call, attribute);
            long bytes = value(scratch, call, name, value);
            require(scratch, call, directory, attributeOf(name, attribute), path, key, bytes, value.length, 0, 0);
        }
    }

    @Override
    default void fsetxattr(Descriptor descriptor, String attribute, byte[] value) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.FSETXATTR;
            long key = scratch.string(call, attribute);
            long bytes = value(scratch, call, attribute, value);
            require(
                    scratch,
                    call,
                    descriptor,
                    attributeOf("", attribute),
                    descriptor.number(),
                    key,
                    bytes,
                    value.length,
                    0,
                    0);
        }
    }

    @Override
    default byte @Nullable [] lgetxattr(@Nullable Descriptor directory, String name, String attribute) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.LGETXATTR;
            long path = scratch.string(call, single(directory, name));
            return read(scratch, call, directory, name, attribute, path);
        }
    }

    @Override
    default byte @Nullable [] fgetxattr(Descriptor descriptor, String attribute) {
        try (Scratch scratch = Scratch.borrow()) {
            return read(scratch, SystemCallNumber.FGETXATTR, descriptor, "", attribute, descriptor.number());
        }
    }

    @Override
    default List<String> llistxattr(@Nullable Descriptor directory, String name) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.LLISTXATTR;
            long path = scratch.string(call, single(directory, name));
            NativeBuffer buffer = scratch.transfer();
            int length = (int) require(scratch, call, directory, name, path, buffer.address(), buffer.size(), 0, 0, 0);
            byte[] bytes = buffer.copy(length);
            List<String> names = new ArrayList<>();
            int start = 0;
            for (int index = 0; index < length; index++) {
                if (bytes[index] == 0) {
                    names.add(FileNames.decode(bytes, start, index - start));
                    start = index + 1;
                }
            }
            return names;
        }
    }

    @Override
    default void lremovexattr(@Nullable Descriptor directory, String name, String attribute) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.LREMOVEXATTR;
            long path = scratch.string(call, single(directory, name));
            long key = scratch.string(call, attribute);
            require(scratch, call, directory, attributeOf(name, attribute), path, key, 0, 0, 0, 0);
        }
    }

    private static long times(
            Scratch scratch,
            long accessSeconds,
            int accessNanoseconds,
            long modificationSeconds,
            int modificationNanoseconds) {
        int offset = scratch.allocate(32);
        ByteBuffer memory = scratch.memory();
        memory.putLong(offset, accessSeconds);
        memory.putLong(offset + 8, accessNanoseconds);
        memory.putLong(offset + 16, modificationSeconds);
        memory.putLong(offset + 24, modificationNanoseconds);
        return scratch.address(offset);
    }

    /**
     * The kernel has no xattr call that takes a directory before 6.13: /proc leads there, without following the name.
     */
    private static String single(@Nullable Descriptor directory, String name) {
        if (directory == null) {
            return name;
        }
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a single path component is wanted, not '" + name + "'");
        }
        return "/proc/self/fd/" + directory.number() + "/" + name;
    }

    private static long value(Scratch scratch, SystemCallNumber call, String name, byte[] value) {
        NativeBuffer buffer = scratch.transfer();
        if (value.length > buffer.size()) {
            throw new SystemCallException(call.manualName(), name, Errno.E2BIG);
        }
        buffer.bytes().put(0, value);
        return buffer.address();
    }

    private static byte @Nullable [] read(
            Scratch scratch,
            SystemCallNumber call,
            @Nullable Descriptor directory,
            String name,
            String attribute,
            long file) {
        long key = scratch.string(call, attribute);
        NativeBuffer buffer = scratch.transfer();
        long length = call(scratch, call, file, key, buffer.address(), buffer.size(), 0, 0);
        if (length == -Errno.ENODATA.number()) {
            return null;
        }
        if (length < 0) {
            throw failure(call, directory, attributeOf(name, attribute), (int) -length);
        }
        return buffer.copy((int) length);
    }

    private static String attributeOf(String name, String attribute) {
        return name.isEmpty() ? "[" + attribute + "]" : name + " [" + attribute + "]";
    }
}
