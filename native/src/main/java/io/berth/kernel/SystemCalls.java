package io.berth.kernel;

/**
 * All system calls that Berth's Java side makes. Code takes the narrowest group that it needs, or this; tests pass
 * {@link io.berth.kernel.recording.RecordingSystemCalls}.
 *
 * <p>Every method is safe for concurrent use. A call that blocks in the kernel pins the carrier of a virtual thread.
 */
public interface SystemCalls
        extends FileCalls,
                AttributeCalls,
                DataCalls,
                VolumeCalls,
                QuotaCalls,
                MountCalls,
                NamespaceCalls,
                SocketCalls,
                ProcessCalls,
                BpfCalls {
    /** Returns the real kernel. Costs nothing before the first call. */
    static SystemCalls real() {
        return LinuxSystemCalls.INSTANCE;
    }

    /** Makes ready what the first call of all would wait for, some 30 ms. */
    static void bind() {
        KernelEntry.bind();
    }

    /** Takes ownership of a descriptor of this process that came from elsewhere. */
    Descriptor adopt(int number);
}
