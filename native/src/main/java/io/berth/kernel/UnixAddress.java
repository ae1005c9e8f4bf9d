package io.berth.kernel;

import java.nio.ByteBuffer;

/**
 * A {@code struct sockaddr_un} in scratch memory.
 *
 * @param address where it is
 * @param length its bytes
 */
record UnixAddress(long address, int length) {
    private static final int FAMILY_SIZE = 2;
    private static final int PATH_SIZE = 108;

    /** Lays down a path, or for {@code @name} an abstract name, which is not NUL-terminated. */
    static UnixAddress lay(Scratch scratch, SystemCallNumber call, String name) {
        byte[] bytes = FileNames.encode(name);
        boolean isAbstract = name.startsWith("@");
        int length = bytes.length + (isAbstract ? 0 : 1);
        if (bytes.length == 0 || length > PATH_SIZE) {
            throw new SystemCallException(call.manualName(), name, Errno.ENAMETOOLONG);
        }
        int offset = scratch.allocate(FAMILY_SIZE + PATH_SIZE);
        ByteBuffer memory = scratch.memory();
        memory.putShort(offset, (short) SocketCalls.UNIX);
        memory.put(offset + FAMILY_SIZE, bytes, 0, bytes.length);
        if (isAbstract) {
            memory.put(offset + FAMILY_SIZE, (byte) 0);
        }
        return new UnixAddress(scratch.address(offset), FAMILY_SIZE + length);
    }
}
