package io.berth.kernel;

/** {@link NamespaceCalls} by system call. */
interface LinuxNamespaceCalls extends NamespaceCalls {
    @Override
    default void setns(Descriptor namespace, int type) {
        refuseVirtual();
        try (Scratch scratch = Scratch.borrow()) {
            KernelEntry.require(scratch, SystemCallNumber.SETNS, namespace, null, namespace.number(), type, 0, 0, 0, 0);
        }
    }

    @Override
    default void unshare(int flags) {
        refuseVirtual();
        try (Scratch scratch = Scratch.borrow()) {
            KernelEntry.require(
                    scratch, SystemCallNumber.UNSHARE, null, "0x" + Integer.toHexString(flags), flags, 0, 0, 0, 0, 0);
        }
    }

    private static void refuseVirtual() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread must not change its carrier's namespaces");
        }
    }
}
