package io.berth.core.cdi;

/** A vendor's file that says nothing that could be done; the message is why, for whoever wrote it. */
final class UnusableFile extends Exception {
    private static final long serialVersionUID = 1;

    UnusableFile(String why) {
        super(why);
    }
}
