package io.berth.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    private Path directory;

    @Test
    void theSocketAppearsWithItsModeWhenItIsPublished() throws IOException {
        Path path = directory.resolve("berth.sock");
        SocketFile file = new SocketFile(path);
        try (ServerSocketChannel server = listen(file.prepare())) {
            assertThat(server.isOpen()).isTrue();
            assertThat(path).doesNotExist();
            file.publish();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
            assertThat(directory).isDirectoryNotContaining("glob:**.new");
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertThat(client.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aSocketThatSomebodyServesIsNotTaken() throws IOException {
        Path path = directory.resolve("berth.sock");
        try (ServerSocketChannel other = listen(path)) {
            assertThat(other.isOpen()).isTrue();
            assertThatThrownBy(() -> new SocketFile(path).prepare())
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("another process serves " + path);
        }
        assertThat(path).exists();
    }

    @Test
    void aDeadSocketIsReplaced() throws IOException {
        Path path = directory.resolve("berth.sock");
        listen(path).close();
        assertThat(path).exists();
        SocketFile file = new SocketFile(path);
        try (ServerSocketChannel server = listen(file.prepare())) {
            file.publish();
            assertThat(server.isOpen()).isTrue();
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path path = Files.writeString(directory.resolve("berth.sock"), "precious");
        assertThatThrownBy(() -> new SocketFile(path).prepare())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aPathThatTheKernelCannotTakeIsRefused() {
        assertThatThrownBy(() -> new SocketFile(Path.of("/" + "x".repeat(108))))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("longer than the kernel takes");
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }
}
