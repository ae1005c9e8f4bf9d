package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.kernel.SystemCallException;

/** What a failed system call means for an image. */
public final class StorageFailures {
    private StorageFailures() {}

    /** A failure of the store itself. */
    public static ImageException of(String doing, SystemCallException cause) {
        ImageException.Kind kind = switch (cause.errno()) {
            case ENOSPC, EDQUOT -> ImageException.Kind.NO_SPACE;
            default -> ImageException.Kind.STORAGE;
        };
        return new ImageException(kind, doing + ": " + cause.getMessage(), cause);
    }

    /** A failure while something that an image asks for was made: the image may be to blame. */
    static ImageException ofEntry(String doing, SystemCallException cause) {
        ImageException.Kind kind = switch (cause.errno()) {
            case ENOSPC, EDQUOT -> ImageException.Kind.NO_SPACE;
            case ENAMETOOLONG, ELOOP, ENOTDIR, EISDIR, EEXIST, EXDEV, EINVAL, ENOENT, EMLINK, EFBIG, ERANGE ->
                ImageException.Kind.INVALID_CONTENT;
            default -> ImageException.Kind.STORAGE;
        };
        return new ImageException(kind, doing + ": " + cause.getMessage(), cause);
    }
}
