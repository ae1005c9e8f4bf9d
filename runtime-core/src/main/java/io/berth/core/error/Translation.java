package io.berth.core.error;

import io.berth.imagefs.ImageException;
import io.berth.kernel.Errno;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.seccomp.SeccompException;
import io.berth.kernel.shim.ShimDeadlineExceeded;
import io.berth.kernel.shim.ShimFailure;
import io.berth.kernel.shim.ShimUnavailable;
import io.berth.network.NetworkException;

/** The one place where the lower rooms' errors become the core's. */
public final class Translation {
    private Translation() {}

    /** The same failure as the core says it, under a message that begins with what was being done. */
    public static BerthException of(String doing, RuntimeException failure) {
        String message = doing.isEmpty() ? String.valueOf(failure.getMessage()) : doing + ": " + failure.getMessage();
        return switch (failure) {
            case BerthException known -> doing.isEmpty() ? known : new BerthException(known.kind(), message, known);
            case ImageException image -> new BerthException(kind(image.kind()), message, image);
            case NetworkException network -> new BerthException(kind(network.kind()), message, network);
            case ShimFailure shim -> new BerthException(kind(shim.errno()), message, shim);
            case ShimDeadlineExceeded late -> new BerthException(ErrorKind.DEADLINE_EXCEEDED, message, late);
            case ShimUnavailable gone -> new BerthException(ErrorKind.UNAVAILABLE, message, gone);
            case SeccompException seccomp -> new BerthException(ErrorKind.INVALID_ARGUMENT, message, seccomp);
            case SystemCallException call -> new BerthException(kind(call.errno()), message, call);
            default -> new BerthException(ErrorKind.INTERNAL, message, failure);
        };
    }

    private static ErrorKind kind(ImageException.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT, AMBIGUOUS, UNKNOWN_USER -> ErrorKind.INVALID_ARGUMENT;
            case NOT_FOUND -> ErrorKind.NOT_FOUND;
            case UNAUTHENTICATED -> ErrorKind.UNAUTHENTICATED;
            case PERMISSION_DENIED -> ErrorKind.PERMISSION_DENIED;
            case RATE_LIMITED, NO_SPACE, LIMIT_EXCEEDED -> ErrorKind.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> ErrorKind.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> ErrorKind.DEADLINE_EXCEEDED;
            case CORRUPT_CONTENT, INVALID_CONTENT, UNSUPPORTED -> ErrorKind.FAILED_PRECONDITION;
            case STORAGE -> ErrorKind.INTERNAL;
            case CANCELLED -> ErrorKind.CANCELLED;
        };
    }

    private static ErrorKind kind(NetworkException.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT -> ErrorKind.INVALID_ARGUMENT;
            case ALREADY_EXISTS -> ErrorKind.ALREADY_EXISTS;
            case FAILED_PRECONDITION -> ErrorKind.FAILED_PRECONDITION;
            case RESOURCE_EXHAUSTED -> ErrorKind.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> ErrorKind.DEADLINE_EXCEEDED;
            case INTERNAL -> ErrorKind.INTERNAL;
        };
    }

    private static ErrorKind kind(Errno errno) {
        return switch (errno.name()) {
            case "ENOENT", "ENOTDIR", "EACCES", "ENOEXEC", "EISDIR", "ELOOP", "ENAMETOOLONG", "EINVAL", "E2BIG" ->
                ErrorKind.INVALID_ARGUMENT;
            case "EPERM" -> ErrorKind.PERMISSION_DENIED;
            case "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN" -> ErrorKind.RESOURCE_EXHAUSTED;
            case "ENOSYS", "EOPNOTSUPP" -> ErrorKind.UNIMPLEMENTED;
            case "ETIMEDOUT" -> ErrorKind.DEADLINE_EXCEEDED;
            default -> ErrorKind.INTERNAL;
        };
    }
}
