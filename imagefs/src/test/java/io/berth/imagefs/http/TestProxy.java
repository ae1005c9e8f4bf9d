package io.berth.imagefs.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy on loopback to which every name means one server; it passes bytes on after CONNECT, and whole connections
 * that begin with any other request. It may want credentials.
 */
final class TestProxy implements AutoCloseable {
    private static final int LONGEST_HEAD = 16 << 10;

    private final ServerSocket listening;
    private final InetSocketAddress server;
    private final String credentials;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** @param credentials what {@code Proxy-Authorization} has to say, or empty */
    TestProxy(InetSocketAddress server, String credentials) throws IOException {
        this.server = server;
        this.credentials = credentials;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("test-proxy", this::accept);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(String name, Task task) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                task.run();
            } catch (IOException _) {
                // An end of a connection, as tests want it.
            }
        });
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            start("test-proxy-client", () -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            OutputStream answer = client.getOutputStream();
            if (!credentials.isEmpty()
                    && !head.toLowerCase(java.util.Locale.ROOT)
                            .contains(("proxy-authorization: " + credentials).toLowerCase(java.util.Locale.ROOT))) {
                answer.write(text("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"));
                return;
            }
            try (Socket there = new Socket(server.getAddress(), server.getPort())) {
                if (head.startsWith("CONNECT ")) {
                    answer.write(text("HTTP/1.1 200 Connection established\r\n\r\n"));
                } else {
                    there.getOutputStream().write(text(head));
                }
                start("test-proxy-up", () -> client.getInputStream().transferTo(there.getOutputStream()));
                there.getInputStream().transferTo(answer);
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < LONGEST_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** As a variable of the environment has it. */
    String url(String user) {
        return "http://" + user + "127.0.0.1:" + listening.getLocalPort();
    }

    /** First requests of connections, with their headers. */
    List<String> heads() {
        return heads;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
