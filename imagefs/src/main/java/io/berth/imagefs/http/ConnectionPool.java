package io.berth.imagefs.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connections that can take a request, by where they lead; a few, and not for long. Any thread. */
final class ConnectionPool {
    /** More than a pull uses. */
    private static final int MOST = 16;

    private final long longestNanoseconds;
    private final Map<Route, List<Idle>> idle = new HashMap<>();
    private int count;

    ConnectionPool(Duration longest) {
        this.longestNanoseconds = longest.toNanos();
    }

    private record Idle(Connection connection, long since) {}

    /** Takes the one that was used last, as it is the least likely to have been closed; null where there is none. */
    synchronized @Nullable Connection take(Route route) {
        List<Idle> candidates = idle.get(route);
        while (candidates != null && !candidates.isEmpty()) {
            Connection last = candidates.removeLast().connection();
            count--;
            if (last.isFree()) {
                return last;
            }
        }
        idle.remove(route);
        return null;
    }

    /** Keeps a connection that can take a request; one that is kept already is not kept twice. */
    synchronized void put(Route route, Connection connection) {
        List<Idle> same = idle.computeIfAbsent(route, _ -> new ArrayList<>());
        if (same.removeIf(known -> known.connection().equals(connection))) {
            count--;
        }
        same.add(new Idle(connection, System.nanoTime()));
        count++;
        if (count > MOST) {
            dropOldest();
        }
    }

    /** How many are kept. */
    synchronized int size() {
        return count;
    }

    private void dropOldest() {
        List<Idle> fullest = idle.values().stream()
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .orElseThrow();
        fullest.removeFirst().connection().close();
        count--;
    }

    /** Closes what nobody has wanted for long. */
    synchronized void expire() {
        long now = System.nanoTime();
        for (Iterator<List<Idle>> lists = idle.values().iterator(); lists.hasNext(); ) {
            List<Idle> list = lists.next();
            list.removeIf(each -> {
                boolean old = now - each.since() >= longestNanoseconds;
                if (old) {
                    each.connection().close();
                    count--;
                }
                return old;
            });
            if (list.isEmpty()) {
                lists.remove();
            }
        }
    }
}
