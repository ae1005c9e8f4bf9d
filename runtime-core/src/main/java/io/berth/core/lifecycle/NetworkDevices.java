package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciSpec;
import io.berth.network.device.DeviceMove;
import java.util.Map;

/**
 * The host's network devices that a container's specification names: they go to the pod's network namespace with the
 * container's creation and stay there as long as it. What the kernel does at its end is the specification's way, too:
 * hardware comes back to the host, what is virtual is gone.
 */
final class NetworkDevices {
    private NetworkDevices() {}

    /** Moves them; a creation that fails later gives them back. */
    static void move(OciSpec spec, SandboxEntry sandbox, Undo undo) {
        Map<String, OciLinux.NetDevice> devices = spec.linux().netDevices();
        if (devices.isEmpty()) {
            return;
        }
        String namespace = sandbox.record().namespaces().network();
        if (namespace.isEmpty()) {
            throw BerthException.failedPrecondition("the network devices " + devices.keySet()
                    + " cannot be moved: the pod " + sandbox.id() + " is on the host's network");
        }
        devices.forEach((host, device) -> {
            DeviceMove move = new DeviceMove(host, device.name().isEmpty() ? host : device.name(), namespace);
            if (move.run()) {
                undo.add("the move of the network device " + host, move::back);
            }
        });
    }
}
