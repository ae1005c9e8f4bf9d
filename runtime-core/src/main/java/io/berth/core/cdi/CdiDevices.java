package io.berth.core.cdi;

import io.berth.core.container.ContainerConfig;
import io.berth.core.error.BerthException;
import io.berth.core.spec.OciSpec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The devices of the Container Device Interface (cncf-tags/container-device-interface, version 1.1.0): asked for by
 * name, they are what a vendor's file says. Nothing is read before the first one is asked for. Safe for any number of
 * threads.
 */
public final class CdiDevices {
    private final List<Path> directories;
    private final DeviceRegistry registry;

    /** @param directories of the vendors' files, those further back win; empty: no device is to be had */
    public CdiDevices(List<Path> directories) {
        this.directories = List.copyOf(directories);
        this.registry = new DeviceRegistry(new SpecDirectories(directories));
    }

    /** The specification with the devices that a container's config, or one of its annotations, names. */
    public OciSpec inject(OciSpec spec, ContainerConfig container) {
        return inject(spec, container.cdiDevices(), container.annotations());
    }

    /**
     * The specification with these devices. INVALID_ARGUMENT for what is no device's name, NOT_FOUND for a device that
     * no file has.
     *
     * @param annotations of a container: those of CDI name more of them
     */
    public OciSpec inject(OciSpec spec, List<String> names, Map<String, String> annotations) {
        List<DeviceName> asked = RequestedDevices.of(names, annotations);
        if (asked.isEmpty()) {
            return spec;
        }
        if (directories.isEmpty()) {
            throw BerthException.failedPrecondition("the CDI device " + asked.getFirst()
                    + " is asked for, and this daemon looks nowhere for any: cdi.directories is empty");
        }
        SpecEditor editor = new SpecEditor(spec);
        Set<Path> files = new HashSet<>();
        for (DeviceRegistry.Known device : registry.find(asked)) {
            if (files.add(device.file().path())) {
                editor.apply(device.name(), device.file().spec().containerEdits());
            }
            editor.apply(device.name(), device.device().containerEdits());
        }
        return editor.result();
    }
}
