package io.berth.e2e.compare;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodPlan;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The client's calls, made to a {@link StandIn} until the client's virtual machine has little left to compile. Its
 * compiler would else take a processor from every contender: 1 ms a call at first.
 */
final class Rehearsal {
    private static final int LIVES = 1000;
    private static final int WORKERS = 4;
    private static final int MOST_ROUNDS = 20;

    /** Milliseconds of compiling in a round of some 20,000 calls, after which it is over. */
    private static final long LITTLE = 50;

    private Rehearsal() {}

    /**
     * Rehearses, for some 15 to 20 seconds.
     *
     * @param directory for the socket
     */
    static void play(Path directory) {
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Path socket = directory.resolve("rehearsal.sock");
        try {
            Server server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                    .channelType(EpollServerDomainSocketChannel.class)
                    .bossEventLoopGroup(eventLoop)
                    .workerEventLoopGroup(eventLoop)
                    .directExecutor()
                    .addService(new StandIn())
                    .build()
                    .start();
            try (CriClient client = CriClient.drivenByThisThread(socket)) {
                rounds(client, directory);
            } finally {
                server.shutdownNow();
            }
            Files.deleteIfExists(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException("rehearse at " + socket, failure);
        } finally {
            eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static void rounds(CriClient client, Path logs) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            long before = compiler.getTotalCompilationTime();
            for (int i = 0; i < LIVES; i++) {
                live(client, logs);
            }
            Workers.run(WORKERS, LIVES, i -> live(client, logs));
            if (compiler.getTotalCompilationTime() - before < LITTLE) {
                return;
            }
        }
    }

    private static void live(CriClient client, Path logs) {
        Pod pod = new PodPlan(client, logs, "rehearsal").run();
        Life life = new Life(
                pod, pod.container("main", "image").command("sleep", "100000").start());
        life.container().execSync(10, "/bin/true");
        life.container().status();
        client.runtime().listContainers(ListContainersRequest.getDefaultInstance());
        life.end();
    }
}
