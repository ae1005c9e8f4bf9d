package io.berth.core.cdi;

import io.berth.core.cdi.CdiSpec.DeviceNode;
import io.berth.core.error.BerthException;
import io.berth.core.spec.DeviceLister;
import io.berth.core.spec.OciLinux;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Fills in what a vendor's file leaves to the node that the host has. */
final class HostNode {
    private HostNode() {}

    /**
     * The device for the container.
     *
     * @param owner the container's first user, and group: the owner where the file names none
     */
    static OciLinux.Device complete(DeviceName device, DeviceNode node, long owner, long group) {
        boolean fifo = node.type().equals("p");
        boolean whole = !node.type().isEmpty() && (node.major() != 0 || fifo);
        OciLinux.@Nullable Device there = onHost(device, node, whole);
        String type = node.type();
        long major = node.major();
        long minor = node.minor();
        if (there != null && !whole) {
            if (!type.isEmpty() && !(type.equals("u") ? "c" : type).equals(there.type())) {
                throw BerthException.failedPrecondition("the CDI device " + device + " has " + node.source()
                        + " as one of the type " + type + ", and on this node it is one of the type " + there.type());
            }
            type = there.type();
            major = major == 0 ? there.major() : major;
            minor = node.major() == 0 ? there.minor() : minor;
        }
        return new OciLinux.Device(
                type,
                node.path(),
                major,
                minor,
                node.fileMode() != null
                        ? Integer.valueOf(node.fileMode() & 07777)
                        : there == null ? null : there.fileMode(),
                node.uid() != null ? node.uid() : Long.valueOf(owner),
                node.gid() != null ? node.gid() : Long.valueOf(group),
                node.source().equals(node.path()) ? null : node.source());
    }

    private static OciLinux.@Nullable Device onHost(DeviceName device, DeviceNode node, boolean whole) {
        String why;
        try {
            OciLinux.Device there = DeviceLister.node(Path.of(node.source()), node.path());
            if (there != null) {
                return there;
            }
            why = "which is no device";
        } catch (NoSuchFileException absent) {
            why = "which is not on this node";
        } catch (IOException failure) {
            why = "which cannot be looked at: " + failure;
        }
        if (!whole) {
            throw BerthException.failedPrecondition(
                    "the CDI device " + device + " has the device node " + node.source() + ", " + why);
        }
        return null;
    }
}
