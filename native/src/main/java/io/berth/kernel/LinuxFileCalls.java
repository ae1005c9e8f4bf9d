package io.berth.kernel;

import static io.berth.kernel.KernelEntry.call;
import static io.berth.kernel.KernelEntry.failure;
import static io.berth.kernel.KernelEntry.require;
import static io.berth.kernel.LinuxCalls.number;
import static io.berth.kernel.LinuxCalls.own;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link FileCalls} by system call. */
interface LinuxFileCalls extends FileCalls {
    @Override
    default Descriptor openat2(@Nullable Descriptor directory, String path, OpenHow how) {
        try (Scratch scratch = Scratch.borrow()) {
            int size = 24;
            int offset = scratch.allocate(size);
            ByteBuffer memory = scratch.memory();
            memory.putLong(offset, how.flags() | OpenHow.CLOSE_ON_EXEC);
            memory.putLong(offset + 8, how.mode());
            memory.putLong(offset + 16, how.resolve());
            long name = scratch.string(SystemCallNumber.OPENAT2, path);
            long structure = scratch.address(offset);
            // EAGAIN: a rename somewhere raced with a bounded walk (RESOLVE_IN_ROOT, RESOLVE_BENEATH).
            for (int attempt = 1; ; attempt++) {
                long result = call(scratch, SystemCallNumber.OPENAT2, number(directory), name, structure, size, 0, 0);
                if (result >= 0) {
                    return own(result);
                }
                if (-result != Errno.EAGAIN.number() || attempt == 32) {
                    throw failure(SystemCallNumber.OPENAT2, directory, path, (int) -result);
                }
            }
        }
    }

    @Override
    default Descriptor memfdCreate(String name, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long text = scratch.string(SystemCallNumber.MEMFD_CREATE, name);
            int closeOnExec = 1;
            return own(
                    require(scratch, SystemCallNumber.MEMFD_CREATE, null, name, text, flags | closeOnExec, 0, 0, 0, 0));
        }
    }

    @Override
    default void mkdirat(@Nullable Descriptor directory, String path, int mode) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.MKDIRAT, path);
            require(scratch, SystemCallNumber.MKDIRAT, directory, path, number(directory), name, mode, 0, 0, 0);
        }
    }

    @Override
    default @Nullable Errno tryMkdirat(@Nullable Descriptor directory, String path, int mode) {
        return attempt(SystemCallNumber.MKDIRAT, directory, path, mode);
    }

    @Override
    default void mknodat(@Nullable Descriptor directory, String path, int mode, int major, int minor) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.MKNODAT, path);
            // The kernel's own encoding (new_encode_dev): 12 bits of major, 20 of minor.
            if (major < 0 || major > 0xFFF || minor < 0 || minor > 0xFFFFF) {
                throw new SystemCallException(
                        "mknodat",
                        Subjects.of(directory, path),
                        Errno.EINVAL.number(),
                        "no such device number: " + major + ":" + minor);
            }
            long device = (minor & 0xFF) | ((long) major << 8) | ((long) (minor & ~0xFF) << 12);
            require(scratch, SystemCallNumber.MKNODAT, directory, path, number(directory), name, mode, device, 0, 0);
        }
    }

    @Override
    default void symlinkat(String target, @Nullable Descriptor directory, String path) {
        try (Scratch scratch = Scratch.borrow()) {
            long text = scratch.string(SystemCallNumber.SYMLINKAT, target);
            long name = scratch.string(SystemCallNumber.SYMLINKAT, path);
            require(scratch, SystemCallNumber.SYMLINKAT, directory, path, text, number(directory), name, 0, 0, 0);
        }
    }

    @Override
    default void linkat(
            @Nullable Descriptor fromDirectory,
            String fromPath,
            @Nullable Descriptor toDirectory,
            String toPath,
            int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long from = scratch.string(SystemCallNumber.LINKAT, fromPath);
            long to = scratch.string(SystemCallNumber.LINKAT, toPath);
            require(
                    scratch,
                    SystemCallNumber.LINKAT,
                    toDirectory,
                    toPath,
                    number(fromDirectory),
                    from,
                    number(toDirectory),
                    to,
                    flags,
                    0);
        }
    }

    @Override
    default void unlinkat(@Nullable Descriptor directory, String path, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.UNLINKAT, path);
            require(scratch, SystemCallNumber.UNLINKAT, directory, path, number(directory), name, flags, 0, 0, 0);
        }
    }

    @Override
    default @Nullable Errno tryUnlinkat(@Nullable Descriptor directory, String path, int flags) {
        return attempt(SystemCallNumber.UNLINKAT, directory, path, flags);
    }

    /** Makes a call about a name in a directory; returns why it failed, or null. */
    private static @Nullable Errno attempt(
            SystemCallNumber number, @Nullable Descriptor directory, String path, int argument) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(number, path);
            long result = call(scratch, number, number(directory), name, argument, 0, 0, 0);
            return result < 0 ? Errno.of((int) -result) : null;
        }
    }

    @Override
    default void renameat2(
            @Nullable Descriptor fromDirectory,
            String fromPath,
            @Nullable Descriptor toDirectory,
            String toPath,
            int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long from = scratch.string(SystemCallNumber.RENAMEAT2, fromPath);
            long to = scratch.string(SystemCallNumber.RENAMEAT2, toPath);
            require(
                    scratch,
                    SystemCallNumber.RENAMEAT2,
                    toDirectory,
                    toPath,
                    number(fromDirectory),
                    from,
                    number(toDirectory),
                    to,
                    flags,
                    0);
        }
    }

    @Override
    default String readlinkat(@Nullable Descriptor directory, String path) {
        try (Scratch scratch = Scratch.borrow()) {
            int room = 4096;
            long name = scratch.string(SystemCallNumber.READLINKAT, path);
            NativeBuffer buffer = scratch.transfer();
            long length = require(
                    scratch,
                    SystemCallNumber.READLINKAT,
                    directory,
                    path,
                    number(directory),
                    name,
                    buffer.address(),
                    room,
                    0,
                    0);
            byte[] bytes = buffer.copy((int) length);
            return FileNames.decode(bytes, 0, bytes.length);
        }
    }

    @Override
    default FileStatus fstatat(@Nullable Descriptor directory, String path, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            StatxBuffer status = new StatxBuffer(scratch);
            long result = status.fill(directory, path, flags);
            if (result < 0) {
                throw failure(SystemCallNumber.STATX, directory, path, (int) -result);
            }
            return status.read();
        }
    }

    @Override
    default @Nullable FileStatus findStatus(@Nullable Descriptor directory, String path, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            StatxBuffer status = new StatxBuffer(scratch);
            long result = status.fill(directory, path, flags);
            if (result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number()) {
                return null;
            }
            if (result < 0) {
                throw failure(SystemCallNumber.STATX, directory, path, (int) -result);
            }
            return status.read();
        }
    }

    @Override
    default FileStatus fstat(Descriptor descriptor) {
        return fstatat(descriptor, "", AtFlags.EMPTY_PATH);
    }

    @Override
    default List<DirectoryEntry> readSome(Descriptor directory) {
        List<DirectoryEntry> entries = new ArrayList<>();
        try (Scratch scratch = Scratch.borrow()) {
            NativeBuffer buffer = scratch.transfer();
            while (entries.isEmpty()) {
                int length = (int) require(
                        scratch,
                        SystemCallNumber.GETDENTS64,
                        directory,
                        null,
                        directory.number(),
                        buffer.address(),
                        buffer.size(),
                        0,
                        0,
                        0);
                if (length == 0) {
                    break;
                }
                // A buffer may hold "." and ".." alone, which is not the end.
                DirectoryRecords.read(buffer.bytes(), length, entries);
            }
        }
        return entries;
    }

    @Override
    default FileSystemStatus statfs(String path) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(StatfsLayout.SIZE);
            long name = scratch.string(SystemCallNumber.STATFS, path);
            require(scratch, SystemCallNumber.STATFS, null, path, name, scratch.address(offset), 0, 0, 0, 0);
            return StatfsLayout.read(scratch.memory(), offset);
        }
    }

    @Override
    default FileSystemStatus fstatfs(Descriptor descriptor) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(StatfsLayout.SIZE);
            require(
                    scratch,
                    SystemCallNumber.FSTATFS,
                    descriptor,
                    null,
                    descriptor.number(),
                    scratch.address(offset),
                    0,
                    0,
                    0,
                    0);
            return StatfsLayout.read(scratch.memory(), offset);
        }
    }
}
