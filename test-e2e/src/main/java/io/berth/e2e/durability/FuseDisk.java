package io.berth.e2e.durability;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LossyDisk} as a file, for a loop device to stand on: a FUSE file system (protocol 7.31,
 * {@code linux/fuse.h}) whose root is that one file. One thread, {@code lossy-disk}, answers the kernel.
 */
final class FuseDisk implements AutoCloseable {
    private static final int LOOK_UP = 1;
    private static final int FORGET = 2;
    private static final int GET_ATTRIBUTES = 3;
    private static final int SET_ATTRIBUTES = 4;
    private static final int OPEN = 14;
    private static final int READ = 15;
    private static final int WRITE = 16;
    private static final int STATFS = 17;
    private static final int RELEASE = 18;
    private static final int FSYNC = 20;
    private static final int FLUSH = 25;
    private static final int INIT = 26;
    private static final int INTERRUPT = 36;
    private static final int DESTROY = 38;
    private static final int BATCH_FORGET = 42;

    private static final int HEADER = 40;
    private static final int REPLY_HEADER = 16;
    private static final int WRITE_HEADER = HEADER + 40;
    private static final int LARGEST_WRITE = 128 << 10;
    private static final int SECTOR = 512;
    private static final long CLOSE_MILLISECONDS = 10_000;

    private final SystemCalls calls = SystemCalls.real();
    private final LossyDisk disk;
    private final Path file;
    private final Descriptor device;
    private final Thread thread;
    private final ByteBuffer request = buffer();
    private final ByteBuffer reply = buffer();

    private FuseDisk(LossyDisk disk, Path file) {
        this.disk = disk;
        this.file = file;
        this.device = calls.openat2(null, "/dev/fuse", new OpenHow(OpenHow.READ_WRITE, 0, 0));
        this.thread = new Thread(this::serve, "lossy-disk");
        thread.setDaemon(true);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(LARGEST_WRITE + (8 << 10)).order(ByteOrder.nativeOrder());
    }

    /** Shows the disk as a file at a path. */
    static FuseDisk mount(LossyDisk disk, Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        FuseDisk fuse = new FuseDisk(disk, file);
        SystemCalls calls = fuse.calls;
        try (Descriptor context = calls.fsopen("fuse")) {
            calls.fsconfigString(context, "source", "lossy-disk");
            calls.fsconfigString(context, "fd", Integer.toString(fuse.device.number()));
            calls.fsconfigString(context, "rootmode", "100600");
            calls.fsconfigString(context, "user_id", "0");
            calls.fsconfigString(context, "group_id", "0");
            calls.fsconfigCreate(context);
            fuse.thread.start();
            try (Descriptor mount = calls.fsmount(context, 0)) {
                calls.moveMount(mount, null, file.toString());
            }
        }
        return fuse;
    }

    private void serve() {
        while (true) {
            request.clear();
            try {
                calls.read(device, request);
            } catch (SystemCallException e) {
                if (e.errno() == Errno.ENODEV) {
                    return;
                }
                if (e.errno() == Errno.ENOENT || e.errno() == Errno.EINTR || e.errno() == Errno.EAGAIN) {
                    continue;
                }
                throw e;
            }
            request.flip();
            reply.clear().position(REPLY_HEADER);
            Errno failure = answer(request.getInt(4));
            if (failure != null) {
                reply.position(REPLY_HEADER);
            }
            if (!isOneWay(request.getInt(4))) {
                reply.putInt(0, reply.position());
                reply.putInt(4, failure == null ? 0 : -failure.number());
                reply.putLong(8, request.getLong(8));
                send();
            }
        }
    }

    private void send() {
        reply.flip();
        try {
            calls.write(device, reply);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
            // Who asked was interrupted, or the file system is gone.
        }
    }

    private static boolean isOneWay(int operation) {
        return operation == FORGET || operation == BATCH_FORGET || operation == INTERRUPT;
    }

    /** Puts the answer after the header's place; or says what is wrong. */
    private @Nullable Errno answer(int operation) {
        try {
            switch (operation) {
                case INIT -> initialize();
                case GET_ATTRIBUTES, SET_ATTRIBUTES -> {
                    reply.putLong(0).putInt(0).putInt(0);
                    putAttributes();
                }
                case OPEN -> reply.putLong(1).putInt(0).putInt(0);
                case READ -> read(request.getLong(HEADER + 8), request.getInt(HEADER + 16));
                case WRITE -> write(request.getLong(HEADER + 8), request.getInt(HEADER + 16));
                case FSYNC -> disk.flush();
                case STATFS -> reply.put(new byte[80]);
                case FLUSH, RELEASE, DESTROY, FORGET, BATCH_FORGET, INTERRUPT -> {
                    // An empty answer, or none.
                }
                case LOOK_UP -> {
                    return Errno.ENOENT;
                }
                default -> {
                    return Errno.ENOSYS;
                }
            }
            return null;
        } catch (IOException e) {
            return Errno.EIO;
        }
    }

    private void initialize() {
        reply.putInt(7).putInt(31);
        reply.putInt(request.getInt(HEADER + 8)); // read ahead
        reply.putInt(0); // flags: nothing special, so that writes come at once
        reply.putShort((short) 12).putShort((short) 9);
        reply.putInt(LARGEST_WRITE);
        reply.putInt(1); // granularity of times
        reply.put(new byte[36]);
    }

    private void putAttributes() {
        reply.putLong(1).putLong(disk.size()).putLong(disk.size() / SECTOR);
        reply.putLong(0).putLong(0).putLong(0).putInt(0).putInt(0).putInt(0);
        reply.putInt(0100600)
                .putInt(1)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(LossyDisk.BLOCK)
                .putInt(0);
    }

    private void read(long offset, int wanted) throws IOException {
        int length = (int) Math.max(0, Math.min(wanted, disk.size() - offset));
        ByteBuffer target = reply.slice(reply.position(), length);
        disk.read(offset, target);
        reply.position(reply.position() + length);
    }

    private void write(long offset, int length) throws IOException {
        disk.write(offset, request.slice(WRITE_HEADER, length));
        reply.putInt(length).putInt(0);
    }

    /** Takes the file away; false when something still uses it. */
    boolean closeUnlessUsed() {
        try {
            close();
            return true;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EBUSY) {
                return false;
            }
            throw e;
        }
    }

    /** Takes the file away; nothing may use it any more. */
    @Override
    public void close() {
        calls.umount2(file.toString(), 0);
        device.close();
        try {
            thread.join(CLOSE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
