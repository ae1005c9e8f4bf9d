package io.berth.kernel;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** jnr-posix, loaded when the first call needs it: that takes some 400 ms, so nothing at start may. */
final class Posix {
    static final POSIX LIBRARY = POSIXFactory.getNativePOSIX();

    private Posix() {}
}
