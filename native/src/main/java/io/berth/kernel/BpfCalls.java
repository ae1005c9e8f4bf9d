package io.berth.kernel;

/** bpf(2), as far as device filters need it. Each method throws {@link SystemCallException}. */
public interface BpfCalls {
    /** {@code BPF_PROG_TYPE_CGROUP_DEVICE}. */
    int CGROUP_DEVICE_PROGRAM = 15;

    /** {@code BPF_CGROUP_DEVICE}: where such a program is attached. */
    int CGROUP_DEVICE_ATTACHMENT = 6;

    /** {@code BPF_F_ALLOW_MULTI}: beside programs of the cgroups above and below; all of them have to agree. */
    int ALLOW_MULTIPLE = 2;

    /**
     * Has the kernel check and keep a program.
     *
     * @param name shown by the kernel's tools; at most 15 letters, digits and underscores
     * @param instructions of 8 bytes each, in the machine's byte order
     * @return the program, which lives as long as this or an attachment does
     */
    Descriptor loadProgram(int type, String name, byte[] instructions);

    /** Attaches a program to the cgroup of an open directory. It stays until the cgroup is removed. */
    void attachProgram(Descriptor cgroup, Descriptor program, int attachment, int flags);
}
