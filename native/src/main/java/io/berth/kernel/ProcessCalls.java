package io.berth.kernel;

import java.time.Duration;

/** Processes and their identity. Each method throws {@link SystemCallException}. */
public interface ProcessCalls {
    /** {@code SIGKILL}. */
    int SIGKILL = 9;

    /** {@code SIGTERM}. */
    int SIGTERM = 15;

    /** Returns this process's id. */
    int getpid();

    /** Returns the effective user id. */
    int geteuid();

    /** Sets the umask of the whole process; returns the one before. */
    int umask(int mask);

    /** Sends a signal to a process id. For a process that is not our child, {@link #pidfdSendSignal} has no race. */
    void kill(int pid, int signal);

    /** Returns whether a process of that id exists, also when it is not ours to signal. */
    boolean processExists(int pid);

    /** Takes a handle on a process: later signals cannot hit another that got its id. The caller owns it. */
    Descriptor pidfdOpen(int pid);

    /** Sends a signal to the process of a handle. */
    void pidfdSendSignal(Descriptor process, int signal);

    /**
     * Waits until the descriptor can be read (a handle on a process: until it has exited).
     *
     * @return false when {@code timeout} ran out
     */
    boolean awaitReadable(Descriptor descriptor, Duration timeout);
}
