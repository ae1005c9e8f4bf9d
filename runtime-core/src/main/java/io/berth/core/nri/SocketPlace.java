package io.berth.core.nri;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where plugins connect: a path that another daemon may have used, or uses. */
final class SocketPlace {
    private SocketPlace() {}

    /** Makes the directory (0700) where it is missing, and removes a socket on which nobody listens. */
    static void clear(Path socket) throws IOException {
        Path directory = socket.getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException nobody) {
            Files.delete(socket);
            return;
        }
        throw new IOException("another runtime listens on " + socket);
    }

    /** Root's alone: a plugin can do what the runtime can. */
    static void protect(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }
}
