package io.berth.kernel;

/**
 * Namespaces of the calling thread. Only for a throw-away platform thread: never for a pooled or virtual one, which
 * would carry the namespace to somebody else's work. Each method throws {@link SystemCallException}.
 */
public interface NamespaceCalls {
    /** {@code CLONE_FS}: a file-system context of the thread's own, which joining a mount namespace needs first. */
    int FILE_SYSTEM_CONTEXT = 0x200;

    /** {@code CLONE_NEWNS}. */
    int MOUNT = 0x20000;

    /** {@code CLONE_NEWCGROUP}. */
    int CGROUP = 0x2000000;

    /** {@code CLONE_NEWUTS}. */
    int UTS = 0x4000000;

    /** {@code CLONE_NEWIPC}. */
    int IPC = 0x8000000;

    /** {@code CLONE_NEWNET}. */
    int NETWORK = 0x40000000;

    /** Moves the calling thread into the namespace; {@code type} 0 takes any, else it is checked. */
    void setns(Descriptor namespace, int type);

    /** Gives the calling thread new namespaces. */
    void unshare(int flags);
}
