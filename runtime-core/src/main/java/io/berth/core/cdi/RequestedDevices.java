package io.berth.core.cdi;

import io.berth.core.error.BerthException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The names of devices that a container asks for: in the CRI's field, and in annotations of the container (not the
 * pod's, which its user writes), where device plugins put them before there was the field.
 */
final class RequestedDevices {
    private static final String ANNOTATION = "cdi.k8s.io/";

    private RequestedDevices() {}

    /** Each once, those of the field first; INVALID_ARGUMENT for one that is no name. */
    static List<DeviceName> of(List<String> field, Map<String, String> annotations) {
        Set<DeviceName> names = new LinkedHashSet<>();
        for (String name : field) {
            names.add(name("CDI_devices", name));
        }
        new TreeMap<>(annotations).forEach((key, value) -> {
            if (key.startsWith(ANNOTATION)) {
                for (String name : value.split(",", -1)) {
                    names.add(name("the annotation " + key, name));
                }
            }
        });
        return List.copyOf(names);
    }

    private static DeviceName name(String where, String name) {
        return DeviceName.parse(name)
                .orElseThrow(() -> BerthException.invalidArgument(
                        where + " has \"" + name + "\": vendor/class=name is expected, such as vendor.com/device=0"));
    }
}
