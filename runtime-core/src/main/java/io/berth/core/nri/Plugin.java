package io.berth.core.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.berth.core.nri.wire.PluginConnection;
import io.berth.core.nri.wire.PluginError;
import io.berth.core.nri.wire.PluginUnavailable;
import io.berth.proto.nri.v1alpha1.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registered plugin. It is asked one thing at a time, in the order in which its turn was asked for: plugins are
 * written for a runtime that does so. One that fails to answer is cut off, and what was asked goes on without it.
 */
final class Plugin {
    private static final Logger LOGGER = LoggerFactory.getLogger(Plugin.class);

    /** For the others in the queue, each of which takes the request time-out at most. */
    private static final Duration TURN_DEADLINE = Duration.ofSeconds(60);

    private final PluginName name;
    private final int events;
    private final PluginConnection connection;
    private final Duration timeout;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Set<Event> takesStateChange = ConcurrentHashMap.newKeySet();

    Plugin(PluginName name, int events, PluginConnection connection, Duration timeout) {
        this.name = name;
        this.events = events;
        this.connection = connection;
        this.timeout = timeout;
    }

    PluginName name() {
        return name;
    }

    boolean wants(Event event) {
        return (events & 1 << (event.getNumber() - 1)) != 0 && !connection.isEnded();
    }

    boolean isEnded() {
        return connection.isEnded();
    }

    boolean isOf(PluginConnection other) {
        return connection == other;
    }

    void end(String reason) {
        connection.end(reason);
    }

    /** The turn: held while it is asked, and while it is told what there is. */
    ReentrantLock turn() {
        return turn;
    }

    /**
     * Asks.
     *
     * @return its serialized answer; empty when it is not there any more, or does not know the method
     * @throws PluginError when it says no
     */
    Optional<ByteString> ask(String method, MessageLite request) {
        if (!takeTurn()) {
            return Optional.empty();
        }
        try {
            return Optional.of(connection.call(method, request, timeout));
        } catch (PluginUnavailable gone) {
            end(String.valueOf(gone.getMessage()));
            return Optional.empty();
        } catch (PluginError error) {
            if (error.code() == PluginError.UNIMPLEMENTED) {
                return Optional.empty();
            }
            throw error;
        } finally {
            turn.unlock();
        }
    }

    /** Tells; a plugin from before the event's own method is told as it can take it. */
    void tell(Notice notice) {
        if (!takeTurn()) {
            return;
        }
        try {
            if (!takesStateChange.contains(notice.event())) {
                try {
                    ByteString ignored = connection.call(notice.method(), notice.request(), timeout);
                    return;
                } catch (PluginError error) {
                    if (error.code() != PluginError.UNIMPLEMENTED) {
                        throw error;
                    }
                    takesStateChange.add(notice.event());
                }
            }
            ByteString ignored = connection.call("StateChange", notice.older(), timeout);
        } catch (PluginUnavailable gone) {
            end(String.valueOf(gone.getMessage()));
        } finally {
            turn.unlock();
        }
    }

    private boolean takeTurn() {
        if (connection.isEnded()) {
            return false;
        }
        try {
            if (!turn.tryLock(TURN_DEADLINE.toNanos(), TimeUnit.NANOSECONDS)) {
                LOGGER.error("The plugin {} is not asked: too many others wait for it", name);
                return false;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
        if (connection.isEnded()) {
            turn.unlock();
            return false;
        }
        return true;
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
