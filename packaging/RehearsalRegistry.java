import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A registry on this machine with one image of one empty layer, for make-class-archive's rehearsal: java
 * RehearsalRegistry.java KEYS PASSWORD READY. It speaks HTTP on port 5000 and HTTPS on 5443, the latter with the key in the
 * key store KEYS, makes the file READY when it does, and ends with its machine.
 */
final class RehearsalRegistry {
    /** The end of a tar archive, and so an empty one. */
    private static final byte[] NO_FILES = new byte[1024];

    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    /** By the last part of their paths. */
    private final Map<String, byte[]> contents = new HashMap<>();

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        RehearsalRegistry registry = new RehearsalRegistry();
        registry.serve(HttpServer.create(loopback(5000), 0));
        HttpsServer secure = HttpsServer.create(loopback(5443), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context(Path.of(arguments[0]), arguments[1])));
        registry.serve(secure);
        Files.createFile(Path.of(arguments[2]));
    }

    private RehearsalRegistry() throws IOException, GeneralSecurityException {
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(layer)) {
            gzip.write(NO_FILES);
        }
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch");
        String config = """
                {"os":"linux","architecture":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
                .formatted(architecture, digest(NO_FILES));
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
                .formatted(
                        MANIFEST_TYPE,
                        blob("application/vnd.oci.image.config.v1+json", config.getBytes(UTF_8)),
                        blob("application/vnd.oci.image.layer.v1.tar+gzip", layer.toByteArray()));
        contents.put("1", manifest.getBytes(UTF_8));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static SSLContext context(Path keys, String password) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(keys.toFile(), password.toCharArray()), password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Keeps it, and describes it as a manifest does. */
    private String blob(String mediaType, byte[] content) throws GeneralSecurityException {
        contents.put(digest(content), content);
        return """
                {"mediaType":"%s","digest":"%s","size":%d}"""
                .formatted(mediaType, digest(content), content.length);
    }

    private static String digest(byte[] content) throws GeneralSecurityException {
        return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private void serve(HttpServer server) {
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] content = contents.get(path.substring(path.lastIndexOf('/') + 1));
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String type = path.contains("/manifests/") ? MANIFEST_TYPE : "application/octet-stream";
            exchange.getResponseHeaders().set("Content-Type", type);
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, isHead ? -1 : content.length);
            if (!isHead) {
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(content);
                }
            }
        }
    }
}
