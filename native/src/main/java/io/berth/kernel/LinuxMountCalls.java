package io.berth.kernel;

import static io.berth.kernel.KernelEntry.call;
import static io.berth.kernel.KernelEntry.require;
import static io.berth.kernel.LinuxCalls.number;
import static io.berth.kernel.LinuxCalls.own;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link MountCalls} by system call. */
interface LinuxMountCalls extends MountCalls {
    /** {@code FSCONFIG_SET_FLAG}. */
    int SET_FLAG = 0;

    /** {@code FSCONFIG_SET_STRING}. */
    int SET_STRING = 1;

    /** {@code FSCONFIG_SET_FD}. */
    int SET_DESCRIPTOR = 5;

    /** {@code FSCONFIG_CMD_CREATE}. */
    int CREATE = 6;

    /** {@code FSOPEN_CLOEXEC}, {@code FSMOUNT_CLOEXEC}. */
    int CLOSE_ON_EXEC = 1;

    @Override
    default void mount(
            @Nullable String source, String target, @Nullable String type, long flags, @Nullable String data) {
        try (Scratch scratch = Scratch.borrow()) {
            SystemCallNumber call = SystemCallNumber.MOUNT;
            long from = scratch.string(call, source);
            long to = scratch.string(call, target);
            long kind = scratch.string(call, type);
            long options = scratch.string(call, data);
            require(scratch, call, null, target, from, to, kind, flags, options, 0);
        }
    }

    @Override
    default void umount2(String target, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.UMOUNT2, target);
            require(scratch, SystemCallNumber.UMOUNT2, null, target, name, flags, 0, 0, 0, 0);
        }
    }

    @Override
    default Descriptor fsopen(String type) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.FSOPEN, type);
            return own(require(scratch, SystemCallNumber.FSOPEN, null, type, name, CLOSE_ON_EXEC, 0, 0, 0, 0));
        }
    }

    @Override
    default void fsconfigString(Descriptor context, String key, String value) {
        try (Scratch scratch = Scratch.borrow()) {
            long text = scratch.string(SystemCallNumber.FSCONFIG, value);
            configure(scratch, context, SET_STRING, key, text, 0, key + "=" + value);
        }
    }

    @Override
    default void fsconfigFlag(Descriptor context, String key) {
        try (Scratch scratch = Scratch.borrow()) {
            configure(scratch, context, SET_FLAG, key, 0, 0, key);
        }
    }

    @Override
    default void fsconfigDescriptor(Descriptor context, String key, Descriptor value) {
        try (Scratch scratch = Scratch.borrow()) {
            configure(scratch, context, SET_DESCRIPTOR, key, 0, value.number(), key);
        }
    }

    @Override
    default void fsconfigCreate(Descriptor context) {
        try (Scratch scratch = Scratch.borrow()) {
            configure(scratch, context, CREATE, null, 0, 0, "create");
        }
    }

    @Override
    default Descriptor fsmount(Descriptor context, int attributes) {
        try (Scratch scratch = Scratch.borrow()) {
            long result = call(scratch, SystemCallNumber.FSMOUNT, context.number(), CLOSE_ON_EXEC, attributes, 0, 0, 0);
            if (result < 0) {
                throw explained(scratch, SystemCallNumber.FSMOUNT, context, null, (int) -result);
            }
            return own(result);
        }
    }

    @Override
    default Descriptor openTree(@Nullable Descriptor directory, String path, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            long name = scratch.string(SystemCallNumber.OPEN_TREE, path);
            long all = flags | OpenHow.CLOSE_ON_EXEC;
            return own(require(
                    scratch, SystemCallNumber.OPEN_TREE, directory, path, number(directory), name, all, 0, 0, 0));
        }
    }

    @Override
    default void moveMount(Descriptor mount, @Nullable Descriptor toDirectory, String toPath) {
        try (Scratch scratch = Scratch.borrow()) {
            long empty = scratch.string(SystemCallNumber.MOVE_MOUNT, "");
            long name = scratch.string(SystemCallNumber.MOVE_MOUNT, toPath);
            // MOVE_MOUNT_F_EMPTY_PATH, and MOVE_MOUNT_T_EMPTY_PATH where the directory itself is meant.
            long flags = 0x4 | (toPath.isEmpty() ? 0x40 : 0);
            require(
                    scratch,
                    SystemCallNumber.MOVE_MOUNT,
                    toDirectory,
                    toPath,
                    mount.number(),
                    empty,
                    number(toDirectory),
                    name,
                    flags,
                    0);
        }
    }

    @Override
    default void mountSetattr(
            @Nullable Descriptor directory,
            String path,
            int flags,
            long set,
            long clear,
            long propagation,
            @Nullable Descriptor userNamespace) {
        try (Scratch scratch = Scratch.borrow()) {
            int size = 32;
            int offset = scratch.allocate(size);
            ByteBuffer memory = scratch.memory();
            memory.putLong(offset, set);
            memory.putLong(offset + 8, clear);
            memory.putLong(offset + 16, propagation);
            memory.putLong(offset + 24, userNamespace == null ? 0 : userNamespace.number());
            long name = scratch.string(SystemCallNumber.MOUNT_SETATTR, path);
            require(
                    scratch,
                    SystemCallNumber.MOUNT_SETATTR,
                    directory,
                    path,
                    number(directory),
                    name,
                    flags,
                    scratch.address(offset),
                    size,
                    0);
        }
    }

    private static void configure(
            Scratch scratch,
            Descriptor context,
            int command,
            @Nullable String key,
            long value,
            int auxiliary,
            String subject) {
        SystemCallNumber call = SystemCallNumber.FSCONFIG;
        long name = scratch.string(call, key);
        long result = call(scratch, call, context.number(), command, name, value, auxiliary, 0);
        if (result < 0) {
            throw explained(scratch, call, context, subject, (int) -result);
        }
    }

    /** Adds what the file system wrote to the context about its refusal. */
    private static SystemCallException explained(
            Scratch scratch, SystemCallNumber call, Descriptor context, @Nullable String subject, int errno) {
        StringBuilder words = new StringBuilder();
        NativeBuffer buffer = scratch.transfer();
        for (int line = 0; line < 8; line++) {
            long length = call(scratch, SystemCallNumber.READ, context.number(), buffer.address(), 1024, 0, 0, 0);
            if (length <= 0) {
                break;
            }
            byte[] bytes = buffer.copy((int) length);
            words.append(words.isEmpty() ? "" : "; ")
                    .append(FileNames.decode(bytes, 0, bytes.length).strip());
        }
        return new SystemCallException(call.manualName(), subject, errno, words.isEmpty() ? null : words.toString());
    }
}
