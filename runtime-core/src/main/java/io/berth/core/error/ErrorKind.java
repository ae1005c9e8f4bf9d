package io.berth.core.error;

/** What kind of answer an error is to the caller; one class of the server maps these to its protocol. */
public enum ErrorKind {
    /** The named thing is not there. */
    NOT_FOUND,
    /** The request can never succeed as it stands. */
    INVALID_ARGUMENT,
    /** A name is taken. */
    ALREADY_EXISTS,
    /** The thing, or the node, is not in a state that allows this. */
    FAILED_PRECONDITION,
    /** Something that Berth needs cannot be reached now; trying again may help. */
    UNAVAILABLE,
    /** The other side wants other credentials. */
    UNAUTHENTICATED,
    /** The kernel or a policy refused. */
    PERMISSION_DENIED,
    /** A disk, a range or a limit is full. */
    RESOURCE_EXHAUSTED,
    /** A wait came to its end. */
    DEADLINE_EXCEEDED,
    /** Anything that Berth did not foresee. */
    INTERNAL,
    /** Berth cannot do this, now or at all. */
    UNIMPLEMENTED,
    /** The caller went away. */
    CANCELLED
}
