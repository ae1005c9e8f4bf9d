package io.berth.core.nri;

import io.berth.kernel.Descriptor;
import io.berth.kernel.ProcessCalls;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of a plugin that the daemon started. It ends by itself when its connection does, also when the daemon is
 * killed; a daemon that lives helps one that does not. Nothing starts it again.
 */
final class LaunchedPlugin {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaunchedPlugin.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(1);

    /** As the stub of the reference implementation reads them. */
    private static final String NAME_VARIABLE = "NRI_PLUGIN_NAME=";

    private static final String INDEX_VARIABLE = "NRI_PLUGIN_IDX=";
    private static final String SOCKET_VARIABLE = "NRI_PLUGIN_SOCKET=3";

    private final InstalledPlugin installed;
    private final int pid;
    private final Descriptor process;
    private final SocketChannel channel;
    private boolean ended;

    private LaunchedPlugin(InstalledPlugin installed, int pid, Descriptor process, SocketChannel channel) {
        this.installed = installed;
        this.pid = pid;
        this.process = process;
        this.channel = channel;
    }

    /**
     * Starts it.
     *
     * @param place a free path for a socket, used for a moment
     */
    static LaunchedPlugin start(InstalledPlugin installed, Path place) throws IOException {
        SystemCalls calls = SystemCalls.real();
        Files.deleteIfExists(place);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                Descriptor theirs = calls.socket(SocketCalls.UNIX, SocketCalls.STREAM, 0)) {
            server.bind(UnixDomainSocketAddress.of(place), 1);
            calls.connectUnix(theirs, place.toString());
            SocketChannel ours = server.accept();
            try {
                PluginName name = installed.name();
                int pid = calls.spawnConnected(
                        installed.program().toString(),
                        List.of(installed.program().toString()),
                        List.of(NAME_VARIABLE + name.base(), INDEX_VARIABLE + name.index(), SOCKET_VARIABLE),
                        theirs);
                LOGGER.info("The NRI plugin {} is started, pid {}", name, pid);
                return new LaunchedPlugin(installed, pid, calls.pidfdOpen(pid), ours);
            } catch (RuntimeException failure) {
                ours.close();
                throw failure;
            }
        } catch (SystemCallException failure) {
            throw new IOException(failure.getMessage(), failure);
        } finally {
            Files.deleteIfExists(place);
        }
    }

    InstalledPlugin installed() {
        return installed;
    }

    /** The daemon's end of its connection. */
    SocketChannel channel() {
        return channel;
    }

    /** Waits a little for its end, and then kills it. The connection is closed already. Idempotent. */
    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        SystemCalls calls = SystemCalls.real();
        try (process) {
            if (!calls.awaitReadable(process, GRACE)) {
                LOGGER.warn("The NRI plugin {} does not end with its connection: it is killed", installed.name());
                calls.pidfdSendSignal(process, ProcessCalls.SIGKILL);
                if (!calls.awaitReadable(process, KILL_TIMEOUT)) {
                    LOGGER.error("The NRI plugin {}, pid {}, cannot be killed", installed.name(), pid);
                    return;
                }
            }
            OptionalInt code = calls.tryReap(pid);
            LOGGER.info(
                    "The NRI plugin {} ended with {}",
                    installed.name(),
                    code.isPresent() ? code.getAsInt() : "nothing");
        } catch (SystemCallException failure) {
            LOGGER.error("Ending the NRI plugin {}: {}", installed.name(), failure.getMessage());
        }
    }
}
