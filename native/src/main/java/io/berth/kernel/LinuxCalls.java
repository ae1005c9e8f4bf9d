package io.berth.kernel;

import org.jspecify.annotations.Nullable;

/** What the groups of real calls share. */
final class LinuxCalls {
    /** {@code AT_FDCWD}. */
    private static final int WORKING_DIRECTORY = -100;

    private LinuxCalls() {}

    static Descriptor own(long number) {
        return new Descriptor((int) number, KernelEntry::close);
    }

    static int number(@Nullable Descriptor directory) {
        return directory == null ? WORKING_DIRECTORY : directory.number();
    }
}
