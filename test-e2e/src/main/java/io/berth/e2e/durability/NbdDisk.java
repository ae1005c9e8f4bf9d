package io.berth.e2e.durability;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@link LossyDisk} for a virtual machine: the fixed newstyle of the NBD protocol on a unix socket, for one client at
 * a time. One thread, {@code nbd-disk}.
 */
final class NbdDisk implements AutoCloseable {
    private static final long MAGIC = 0x4e42444d41474943L;
    private static final long OPTION_MAGIC = 0x49484156454f5054L;
    private static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;

    private static final short FIXED_NEWSTYLE_NO_ZEROES = 3;
    /** The disk has a cache, and it can be flushed. */
    private static final short HAS_FLAGS_AND_FLUSH = 1 | 4;

    private static final int EXPORT_NAME = 1;
    private static final int ABORT = 2;
    private static final int INFORMATION = 6;
    private static final int GO = 7;
    private static final int ACKNOWLEDGED = 1;
    private static final int HERE_IS_INFORMATION = 3;
    private static final int UNSUPPORTED = 0x80000001;

    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int DISCONNECT = 2;
    private static final int FLUSH = 3;
    private static final int INPUT_OUTPUT_ERROR = 5;
    private static final int INVALID = 22;
    private static final int LARGEST = 64 << 20;

    private final LossyDisk disk;
    private final Path socket;
    private final ServerSocketChannel server;

    private NbdDisk(LossyDisk disk, Path socket, ServerSocketChannel server) {
        this.disk = disk;
        this.socket = socket;
        this.server = server;
    }

    /** Listens. */
    static NbdDisk serve(LossyDisk disk, Path socket) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        NbdDisk nbd = new NbdDisk(disk, socket, server);
        Thread.ofPlatform().daemon().name("nbd-disk").start(nbd::accept);
        return nbd;
    }

    private void accept() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                if (agree(client)) {
                    answer(client);
                }
            } catch (IOException gone) {
                // The machine has ended, or this has.
            }
        }
    }

    /** The handshake; true when requests are to follow. */
    private boolean agree(SocketChannel client) throws IOException {
        send(
                client,
                ByteBuffer.allocate(18).putLong(MAGIC).putLong(OPTION_MAGIC).putShort(FIXED_NEWSTYLE_NO_ZEROES));
        receive(client, 4);
        while (true) {
            ByteBuffer header = receive(client, 16);
            if (header.getLong() != OPTION_MAGIC) {
                throw new IOException("not an option");
            }
            int option = header.getInt();
            int length = header.getInt();
            receive(client, Math.min(length, LARGEST));
            switch (option) {
                case EXPORT_NAME -> {
                    send(client, ByteBuffer.allocate(10).putLong(disk.size()).putShort(HAS_FLAGS_AND_FLUSH));
                    return true;
                }
                case INFORMATION, GO -> {
                    ByteBuffer export = ByteBuffer.allocate(12)
                            .putShort((short) 0)
                            .putLong(disk.size())
                            .putShort(HAS_FLAGS_AND_FLUSH);
                    reply(client, option, HERE_IS_INFORMATION, export.flip());
                    reply(client, option, ACKNOWLEDGED, ByteBuffer.allocate(0));
                    if (option == GO) {
                        return true;
                    }
                }
                case ABORT -> {
                    reply(client, option, ACKNOWLEDGED, ByteBuffer.allocate(0));
                    return false;
                }
                default -> reply(client, option, UNSUPPORTED, ByteBuffer.allocate(0));
            }
        }
    }

    private static void reply(SocketChannel client, int option, int type, ByteBuffer data) throws IOException {
        send(
                client,
                ByteBuffer.allocate(20 + data.remaining())
                        .putLong(OPTION_REPLY_MAGIC)
                        .putInt(option)
                        .putInt(type)
                        .putInt(data.remaining())
                        .put(data));
    }

    private void answer(SocketChannel client) throws IOException {
        while (true) {
            ByteBuffer request = receive(client, 28);
            if (request.getInt() != REQUEST_MAGIC) {
                throw new IOException("not a request");
            }
            request.getShort();
            int type = request.getShort();
            long handle = request.getLong();
            long offset = request.getLong();
            int length = Math.min(request.getInt(), LARGEST);
            if (type == DISCONNECT) {
                return;
            }
            ByteBuffer data = type == WRITE ? receive(client, length) : ByteBuffer.allocate(type == READ ? length : 0);
            int error = carryOut(type, offset, data);
            boolean hasData = type == READ && error == 0;
            ByteBuffer answer = ByteBuffer.allocate(16 + (hasData ? length : 0))
                    .putInt(REPLY_MAGIC)
                    .putInt(error)
                    .putLong(handle);
            send(client, hasData ? answer.put(data.flip()) : answer);
        }
    }

    private int carryOut(int type, long offset, ByteBuffer data) {
        try {
            switch (type) {
                case READ -> disk.read(offset, data);
                case WRITE -> disk.write(offset, data);
                case FLUSH -> disk.flush();
                default -> {
                    return INVALID;
                }
            }
            return 0;
        } catch (IOException e) {
            return INPUT_OUTPUT_ERROR;
        }
    }

    private static void send(SocketChannel client, ByteBuffer full) throws IOException {
        full.flip();
        while (full.hasRemaining()) {
            client.write(full);
        }
    }

    private static ByteBuffer receive(SocketChannel client, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (client.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
