package io.berth.kernel;

import static io.berth.kernel.KernelEntry.require;
import static io.berth.kernel.LinuxCalls.own;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** {@link ProcessCalls}: what POSIX has through jnr-posix, the rest by system call. */
interface LinuxProcessCalls extends ProcessCalls {
    @Override
    default int getpid() {
        return Posix.LIBRARY.getpid();
    }

    @Override
    default int geteuid() {
        return Posix.LIBRARY.geteuid();
    }

    @Override
    default int umask(int mask) {
        return Posix.LIBRARY.umask(mask);
    }

    @Override
    default void kill(int pid, int signal) {
        if (Posix.LIBRARY.kill(pid, signal) != 0) {
            throw new SystemCallException("kill", "process " + pid, Posix.LIBRARY.errno());
        }
    }

    @Override
    default boolean processExists(int pid) {
        if (Posix.LIBRARY.kill(pid, 0) == 0) {
            return true;
        }
        int errno = Posix.LIBRARY.errno();
        if (errno == Errno.ESRCH.number()) {
            return false;
        }
        if (errno == Errno.EPERM.number()) {
            return true;
        }
        throw new SystemCallException("kill", "process " + pid, errno);
    }

    @Override
    default Descriptor pidfdOpen(int pid) {
        try (Scratch scratch = Scratch.borrow()) {
            return own(require(scratch, SystemCallNumber.PIDFD_OPEN, null, "process " + pid, pid, 0, 0, 0, 0, 0));
        }
    }

    @Override
    default void pidfdSendSignal(Descriptor process, int signal) {
        try (Scratch scratch = Scratch.borrow()) {
            require(
                    scratch,
                    SystemCallNumber.PIDFD_SEND_SIGNAL,
                    null,
                    "signal " + signal,
                    process.number(),
                    signal,
                    0,
                    0,
                    0,
                    0);
        }
    }

    @Override
    default boolean awaitReadable(Descriptor descriptor, Duration timeout) {
        try (Scratch scratch = Scratch.borrow()) {
            int poll = scratch.allocate(8);
            int time = scratch.allocate(16);
            ByteBuffer memory = scratch.memory();
            memory.putInt(poll, descriptor.number());
            // POLLIN.
            memory.putShort(poll + 4, (short) 1);
            memory.putLong(time, timeout.getSeconds());
            memory.putLong(time + 8, timeout.getNano());
            return require(
                            scratch,
                            SystemCallNumber.PPOLL,
                            descriptor,
                            null,
                            scratch.address(poll),
                            1,
                            scratch.address(time),
                            0,
                            0,
                            0)
                    > 0;
        }
    }

    @Override
    default int spawn(
            String program,
            List<String> arguments,
            List<String> environment,
            Descriptor standardInput,
            Descriptor standardError) {
        return PosixSpawn.spawn(program, arguments, environment, standardInput, standardError);
    }

    @Override
    default int spawnConnected(String program, List<String> arguments, List<String> environment, Descriptor socket) {
        return PosixSpawn.spawnConnected(program, arguments, environment, socket);
    }

    @Override
    default OptionalInt tryReap(int pid) {
        int noHang = 1;
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(4);
            String subject = "process " + pid;
            long address = scratch.address(offset);
            if (require(scratch, SystemCallNumber.WAIT4, null, subject, pid, address, noHang, 0, 0, 0) == 0) {
                return OptionalInt.empty();
            }
            int status = scratch.memory().getInt(offset);
            int signal = status & 0x7F;
            return OptionalInt.of(signal == 0 ? (status >> 8) & 0xFF : 128 + signal);
        }
    }
}
