package io.berth.server.error;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.error.Translation;
import io.berth.imagefs.ImageException;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.shim.ShimFailure;
import io.berth.kernel.shim.ShimUnavailable;
import io.berth.network.NetworkException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where errors become gRPC statuses. What Berth foresaw keeps its message, which is written for the
 * caller. What it did not foresee becomes INTERNAL with an id under which the log has the stack trace; the caller never
 * sees that.
 */
public final class StatusMapper {
    private static final Logger LOG = LoggerFactory.getLogger(StatusMapper.class);

    /** Statuses travel in HTTP/2 headers, for which clients have limits from 8 KiB on. */
    private static final int LONGEST_DESCRIPTION = 4096;

    private StatusMapper() {}

    /** The status that tells a caller of this error. Logs what is unexpected. */
    public static StatusRuntimeException toStatus(Throwable error) {
        return switch (error) {
            case BerthException known -> foreseen(known);
            case ImageException known -> foreseen(Translation.of("", known));
            case NetworkException known -> foreseen(Translation.of("", known));
            case SystemCallException known -> foreseen(Translation.of("", known));
            case ShimFailure known -> foreseen(Translation.of("", known));
            case ShimUnavailable known -> foreseen(Translation.of("", known));
            case StatusRuntimeException status -> status;
            case StatusException status -> status.getStatus().asRuntimeException();
            default -> unexpected(error);
        };
    }

    private static StatusRuntimeException foreseen(BerthException error) {
        Status.Code code = code(error.kind());
        if (code == Status.Code.INTERNAL) {
            LOG.error("{}", error.getMessage(), error);
        }
        return status(code, String.valueOf(error.getMessage()));
    }

    private static StatusRuntimeException unexpected(Throwable error) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        LOG.atError().addKeyValue("error_id", id).setCause(error).log("unexpected error");
        return status(
                Status.Code.INTERNAL,
                "internal error " + id + " (" + error.getClass().getSimpleName()
                        + "): the log of berthd has more under this id");
    }

    private static StatusRuntimeException status(Status.Code code, String message) {
        String description = message.length() <= LONGEST_DESCRIPTION
                ? message
                : message.substring(0, LONGEST_DESCRIPTION) + "… (cut)";
        return code.toStatus().withDescription(description).asRuntimeException();
    }

    private static Status.Code code(ErrorKind kind) {
        return switch (kind) {
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case INTERNAL -> Status.Code.INTERNAL;
            case UNIMPLEMENTED -> Status.Code.UNIMPLEMENTED;
            case CANCELLED -> Status.Code.CANCELLED;
        };
    }
}
