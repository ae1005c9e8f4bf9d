package io.berth.kernel;

/** The real kernel. */
final class LinuxSystemCalls
        implements SystemCalls,
                LinuxFileCalls,
                LinuxAttributeCalls,
                LinuxDataCalls,
                LinuxVolumeCalls,
                LinuxQuotaCalls,
                LinuxMountCalls,
                LinuxNamespaceCalls,
                LinuxSocketCalls,
                LinuxProcessCalls,
                LinuxBpfCalls {
    static final LinuxSystemCalls INSTANCE = new LinuxSystemCalls();

    private LinuxSystemCalls() {}

    @Override
    public Descriptor adopt(int number) {
        return LinuxCalls.own(number);
    }
}
