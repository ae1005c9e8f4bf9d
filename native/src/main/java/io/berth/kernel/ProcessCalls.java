package io.berth.kernel;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

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

    /**
     * Starts a program, which becomes a child of this process, in a session of its own: {@link #tryReap} it when it has
     * exited. Its standard output is {@code /dev/null}, it inherits two descriptors and nothing else, all signals have
     * their default actions.
     *
     * @param program the file to execute, absolute
     * @param arguments its arguments, with the name that it sees first
     * @param environment {@code NAME=VALUE}
     * @param standardInput stays the caller's, as {@code standardError} does
     * @return the process id
     */
    int spawn(
            String program,
            List<String> arguments,
            List<String> environment,
            Descriptor standardInput,
            Descriptor standardError);

    /**
     * Starts a program that talks over a socket, its descriptor 3. Like {@link #spawn}, but its input is
     * {@code /dev/null}, and its output and its errors go where this process's errors go.
     *
     * @param socket stays the caller's, who closes it
     */
    int spawnConnected(String program, List<String> arguments, List<String> environment, Descriptor socket);

    /**
     * Takes the exit of a child that {@link #spawn} started, without waiting.
     *
     * @return the exit code, 128 + signal for a killed child, or nothing while it runs
     */
    OptionalInt tryReap(int pid);
}
