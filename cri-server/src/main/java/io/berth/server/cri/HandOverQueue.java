package io.berth.server.cri;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a pool that grows before anything waits in it: an offered task is taken only when a thread is idle, and
 * {@link #put} keeps one that no thread may be made for. Of several idle threads the one that became idle last gets the
 * task: its stack and what it keeps are in the processor's caches still, and those that nobody needs end in time.
 */
final class HandOverQueue extends AbstractQueue<Runnable> implements BlockingQueue<Runnable> {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Idle> idleThreads = new ArrayDeque<>();

    /** A thread that waits, until it has a task. */
    private static final class Idle {
        final Thread thread = Thread.currentThread();
        volatile @Nullable Runnable task;
    }

    @Override
    public synchronized boolean offer(Runnable task) {
        Idle idle = idleThreads.pollLast();
        if (idle == null) {
            return false;
        }
        idle.task = task;
        LockSupport.unpark(idle.thread);
        return true;
    }

    @Override
    public boolean offer(Runnable task, long timeout, TimeUnit unit) {
        return offer(task);
    }

    @Override
    public synchronized void put(Runnable task) {
        if (!offer(task)) {
            tasks.addLast(task);
        }
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        Idle idle;
        synchronized (this) {
            Runnable task = tasks.pollFirst();
            if (task != null) {
                return task;
            }
            idle = new Idle();
            idleThreads.addLast(idle);
        }
        long end = System.nanoTime() + unit.toNanos(timeout);
        while (idle.task == null) {
            long remaining = end - System.nanoTime();
            boolean interrupted = Thread.interrupted();
            if ((interrupted || remaining <= 0) && withdrawn(idle)) {
                if (interrupted) {
                    throw new InterruptedException();
                }
                return null;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            } else {
                LockSupport.parkNanos(this, remaining);
            }
        }
        return idle.task;
    }

    /** Whether it got no task in the meantime. */
    private synchronized boolean withdrawn(Idle idle) {
        return idleThreads.remove(idle);
    }

    @Override
    public Runnable take() throws InterruptedException {
        Runnable task = null;
        while (task == null) {
            task = poll(1, TimeUnit.DAYS);
        }
        return task;
    }

    @Override
    public synchronized @Nullable Runnable poll() {
        return tasks.pollFirst();
    }

    @Override
    public synchronized @Nullable Runnable peek() {
        return tasks.peekFirst();
    }

    @Override
    public synchronized int size() {
        return tasks.size();
    }

    @Override
    public int remainingCapacity() {
        return Integer.MAX_VALUE;
    }

    @Override
    public synchronized Iterator<Runnable> iterator() {
        return new ArrayList<>(tasks).iterator();
    }

    @Override
    public synchronized boolean remove(Object task) {
        return tasks.remove(task);
    }

    @Override
    public int drainTo(Collection<? super Runnable> to) {
        return drainTo(to, Integer.MAX_VALUE);
    }

    @Override
    public synchronized int drainTo(Collection<? super Runnable> to, int most) {
        List<Runnable> taken = new ArrayList<>();
        while (taken.size() < most && !tasks.isEmpty()) {
            taken.add(tasks.removeFirst());
        }
        to.addAll(taken);
        return taken.size();
    }
}
