package io.berth.network.bridge;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A TCP and UDP server inside a namespace that tells each caller its name and the address that it sees the caller at.
 */
final class Echo implements AutoCloseable {
    private static final int TIMEOUT_MILLISECONDS = 8000;

    private final String name;
    private final ServerSocket server;
    private final DatagramSocket datagrams;

    private Echo(String name, ServerSocket server, DatagramSocket datagrams) {
        this.name = name;
        this.server = server;
        this.datagrams = datagrams;
    }

    static Echo start(NetworkNamespace where, String name, int port) throws Exception {
        Echo echo = where.call(() -> new Echo(name, new ServerSocket(port), new DatagramSocket(port)));
        Thread.ofPlatform().name("echo-tcp-" + name).daemon().start(echo::serveStreams);
        Thread.ofPlatform().name("echo-udp-" + name).daemon().start(echo::serveDatagrams);
        return echo;
    }

    /** Returns what the server says by TCP: {@code NAME ADDRESS}. */
    static String ask(NetworkNamespace from, String address, int port) throws Exception {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(TIMEOUT_MILLISECONDS);
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), TIMEOUT_MILLISECONDS);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new IOException("tcp " + address + " port " + port + ": " + failure.getMessage(), failure);
            }
        });
    }

    /** The same by UDP. */
    static String askByDatagram(NetworkNamespace from, String address, int port) throws Exception {
        return from.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(TIMEOUT_MILLISECONDS);
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port));
                socket.send(new DatagramPacket(new byte[] {1}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[256], 256);
                socket.receive(answer);
                return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        datagrams.close();
    }

    private void serveStreams() {
        while (!server.isClosed()) {
            try (Socket caller = server.accept()) {
                caller.getOutputStream().write(answer(caller.getInetAddress()));
            } catch (IOException _) {
                // A caller that went away, or the end.
            }
        }
    }

    private void serveDatagrams() {
        while (!datagrams.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(new byte[256], 256);
                datagrams.receive(question);
                byte[] answer = answer(question.getAddress());
                datagrams.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException _) {
                // A caller that went away, or the end.
            }
        }
    }

    private byte[] answer(InetAddress caller) {
        return (name + " " + caller.getHostAddress()).getBytes(StandardCharsets.UTF_8);
    }
}
