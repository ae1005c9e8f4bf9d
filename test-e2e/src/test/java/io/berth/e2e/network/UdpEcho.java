package io.berth.e2e.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;

/** Sends every datagram back. Debian's busybox has nothing that listens on UDP. */
final class UdpEcho {
    private UdpEcho() {}

    /** Argument: the port. Runs until it is killed. */
    public static void main(String[] arguments) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(arguments[0]))) {
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            while (true) {
                socket.receive(packet);
                socket.send(packet);
            }
        }
    }

    /** Runs it in the network namespace of a pod, which its shim is in. */
    static Process start(long shim, int port) throws IOException {
        return new ProcessBuilder(
                        "nsenter",
                        "--net=/proc/" + shim + "/ns/net",
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UdpEcho.class.getName(),
                        Integer.toString(port))
                .inheritIO()
                .start();
    }
}
