package io.berth.core.cdi;

import io.berth.core.cdi.CdiSpec.ContainerEdits;
import java.util.List;
import java.util.stream.Stream;

/** Versions of the specification: a file may use what the version that it names has. */
final class SpecVersion {
    private static final List<String> KNOWN =
            List.of("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");

    private SpecVersion() {}

    static void check(CdiSpec spec) throws UnusableFile {
        String named = spec.cdiVersion().startsWith("v") ? spec.cdiVersion().substring(1) : spec.cdiVersion();
        if (!KNOWN.contains(named)) {
            throw new UnusableFile("its cdiVersion is \"" + spec.cdiVersion() + "\": known are " + KNOWN.getFirst()
                    + " to " + KNOWN.getLast());
        }
        String needed = needed(spec);
        if (KNOWN.indexOf(named) < KNOWN.indexOf(needed)) {
            throw new UnusableFile(
                    "its cdiVersion is " + named + ", and it says what came with " + needed + ": it has to name that");
        }
    }

    private static String needed(CdiSpec spec) {
        List<ContainerEdits> all = Stream.concat(
                        Stream.of(spec.containerEdits()),
                        spec.devices().stream().map(CdiSpec.Device::containerEdits))
                .toList();
        if (all.stream().anyMatch(SpecVersion::needsNetworkDevices)) {
            return "1.1.0";
        }
        if (all.stream()
                .anyMatch(edits ->
                        edits.intelRdt() != null || !edits.additionalGids().isEmpty())) {
            return "0.7.0";
        }
        if (!spec.annotations().isEmpty()
                || spec.devices().stream()
                        .anyMatch(device -> !device.annotations().isEmpty())
                || spec.kind().substring(spec.kind().indexOf('/') + 1).indexOf('.') >= 0) {
            return "0.6.0";
        }
        if (spec.devices().stream()
                        .anyMatch(device -> Character.isDigit(device.name().charAt(0)))
                || all.stream()
                        .flatMap(edits -> edits.deviceNodes().stream())
                        .anyMatch(node -> !node.hostPath().isEmpty())) {
            return "0.5.0";
        }
        return all.stream()
                        .flatMap(edits -> edits.mounts().stream())
                        .anyMatch(mount -> !mount.type().isEmpty())
                ? "0.4.0"
                : "0.3.0";
    }

    private static boolean needsNetworkDevices(ContainerEdits edits) {
        CdiSpec.IntelRdt technology = edits.intelRdt();
        return !edits.netDevices().isEmpty()
                || (technology != null && (technology.schemata() != null || technology.enableMonitoring()));
    }
}
