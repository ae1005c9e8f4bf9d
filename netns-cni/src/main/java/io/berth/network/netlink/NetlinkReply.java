package io.berth.network.netlink;

import io.berth.kernel.Errno;
import io.berth.network.NetworkException;
import java.util.List;

/**
 * How one request ended.
 *
 * @param errno 0 when it was done, else the kernel's error number
 * @param kernelMessage the kernel's own words (extended acknowledgement), or empty
 * @param answers what came before the end, for a query
 */
public record NetlinkReply(NetlinkRequest request, int errno, String kernelMessage, List<NetlinkAnswer> answers) {

    public NetlinkReply {
        answers = List.copyOf(answers);
    }

    public boolean isDone() {
        return errno == 0;
    }

    public boolean failedWith(Errno error) {
        return errno == error.number();
    }

    /** Returns this if the kernel did what was asked. */
    public NetlinkReply orThrow() {
        if (errno == 0) {
            return this;
        }
        Errno error = Errno.of(errno);
        String name = error == Errno.UNKNOWN ? "errno " + errno : error.name();
        boolean refused = error == Errno.EPERM || error == Errno.EACCES;
        StringBuilder reason =
                new StringBuilder(name).append(" (").append(Errno.textOf(errno)).append(')');
        if (!kernelMessage.isEmpty()) {
            reason.append(": ").append(kernelMessage);
        }
        if (refused) {
            reason.append("; berthd needs the capability CAP_NET_ADMIN");
        }
        throw new NetworkException(
                refused ? NetworkException.Kind.FAILED_PRECONDITION : NetworkException.Kind.INTERNAL,
                request.operation(),
                request.subject(),
                reason.toString(),
                name,
                null);
    }
}
