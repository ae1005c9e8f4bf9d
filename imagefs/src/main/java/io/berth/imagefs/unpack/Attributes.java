package io.berth.imagefs.unpack;

import io.berth.imagefs.tar.TarEntry;
import io.berth.kernel.AttributeCalls;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.SystemCallException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extended attributes of entries. Those that steer overlayfs are left out, as an image could point out of its layers
 * with them, and so are security labels of the machine that built the image. For one thread.
 */
final class Attributes {
    private static final Logger LOG = LoggerFactory.getLogger(Attributes.class);

    private final AttributeCalls calls;
    private boolean warned;

    Attributes(AttributeCalls calls) {
        this.calls = calls;
    }

    void set(Descriptor parent, String name, TarEntry entry) {
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            if (isWanted(attribute.getKey())) {
                tolerating(
                        attribute.getKey(),
                        entry,
                        () -> calls.lsetxattr(parent, name, attribute.getKey(), attribute.getValue()));
            }
        }
    }

    void set(Descriptor file, TarEntry entry) {
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            if (isWanted(attribute.getKey())) {
                tolerating(
                        attribute.getKey(),
                        entry,
                        () -> calls.fsetxattr(file, attribute.getKey(), attribute.getValue()));
            }
        }
    }

    static boolean isWanted(String attribute) {
        return !attribute.startsWith("trusted.overlay.")
                && !attribute.startsWith("user.overlay.")
                && !attribute.equals("security.selinux")
                && !attribute.equals("security.ima")
                && !attribute.equals("security.evm");
    }

    /** A file system without some sort of attribute is no reason not to run the image; losing a capability is. */
    private void tolerating(String attribute, TarEntry entry, Runnable setting) {
        try {
            setting.run();
        } catch (SystemCallException e) {
            boolean unsupported = e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EPERM;
            if (!unsupported || attribute.equals("security.capability")) {
                throw e;
            }
            if (!warned) {
                warned = true;
                LOG.warn("extended attribute {} of {} is left out: {}", attribute, entry.path(), e.getMessage());
            }
        }
    }
}
