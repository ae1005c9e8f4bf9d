package io.berth.server.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.berth.imagefs.Platform;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.MediaTypes;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry on this machine with one image of one empty layer, and just enough HTTP for a {@link Rehearsal} to pull
 * it. A thread of its own serves one connection after another until it is closed.
 */
final class RehearsalRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RehearsalRegistry.class);

    /** The end of a tar archive, and so an empty one. */
    private static final byte[] NO_FILES = new byte[1024];

    /** By the last part of their paths. */
    private final Map<String, byte[]> contents = new HashMap<>();

    private final ServerSocket socket;

    private RehearsalRegistry(ServerSocket socket) throws IOException {
        this.socket = socket;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(NO_FILES);
        }
        byte[] config = """
                {"os":"%s","architecture":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(Platform.host().os(), Platform.host().architecture(), Digest.of(NO_FILES))
                .getBytes(UTF_8);
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(
                        MediaTypes.OCI_MANIFEST,
                        blob(MediaTypes.OCI_CONFIG, config),
                        blob("application/vnd.oci.image.layer.v1.tar+gzip", packed.toByteArray()));
        contents.put("1", manifest.getBytes(UTF_8));
    }

    static RehearsalRegistry start() throws IOException {
        RehearsalRegistry registry = new RehearsalRegistry(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(registry::serve, "rehearsal-registry");
        thread.setDaemon(true);
        thread.start();
        return registry;
    }

    String image() {
        return "localhost:" + socket.getLocalPort() + "/rehearsal:1";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String blob(String mediaType, byte[] content) {
        Digest digest = Digest.of(content);
        contents.put(digest.toString(), content);
        return """
                {"mediaType":"%s","digest":"%s","size":%d}""".formatted(mediaType, digest, content.length);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                answer(connection);
            } catch (IOException e) {
                LOG.debug("the rehearsal's registry: {}", e.getMessage());
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
        for (String request = readRequest(requests); request != null; request = readRequest(requests)) {
            String path = request.split(" ", -1)[1];
            byte[] content = contents.getOrDefault(path.substring(path.lastIndexOf('/') + 1), new byte[0]);
            String type = path.contains("/manifests/") ? MediaTypes.OCI_MANIFEST : "application/octet-stream";
            OutputStream to = connection.getOutputStream();
            to.write("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(type, content.length)
                    .getBytes(UTF_8));
            if (!request.startsWith("HEAD ")) {
                to.write(content);
            }
            to.flush();
        }
    }

    /** The first line of the next request, with its other lines read; null at the connection's end. */
    private static @Nullable String readRequest(BufferedReader from) throws IOException {
        String first = from.readLine();
        for (String line = first; line != null && !line.isEmpty(); line = from.readLine()) {
            // headers, of which none matters
        }
        return first;
    }
}
