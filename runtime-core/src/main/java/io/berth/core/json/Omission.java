package io.berth.core.json;

/** What of a record is not written, beside the components that are null. */
enum Omission {
    /** Nothing. */
    NONE,
    /** Texts, lists and maps with nothing in them; whoever reads it makes of null what is empty. */
    EMPTY,
    /** Texts with nothing in them, zeros and false, as they are read of what is not there. */
    ZERO
}
