package io.berth.e2e.conformance;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The specs that are left out, each with its reason; all others run. */
enum Exclusion {
    FOREIGN_DIGEST(
            "public image with digest should be pulled and removed",
            "",
            "pulls an image by a digest that is fixed in the suite: only its publisher's registry has that image"),
    OUT_OF_MEMORY(
            "Container OOM",
            "memory",
            "this machine's cgroup hierarchy has no memory controller: see the virtual machine"),
    POD_METRICS(
            "listing pod sandbox metrics",
            "memory",
            "this machine's cgroup hierarchy has no memory controller: see the virtual machine");

    private final String part;
    private final String controller;
    private final String reason;

    Exclusion(String part, String controller, String reason) {
        this.part = part;
        this.controller = controller;
        this.reason = reason;
    }

    /**
     * Why a spec cannot run here; empty when it can.
     *
     * @param controllers that the cgroup hierarchy has
     */
    static Optional<String> reason(Spec spec, Set<String> controllers) {
        return Arrays.stream(values())
                .filter(exclusion -> spec.name().contains(exclusion.part))
                .filter(exclusion -> exclusion.controller.isEmpty() || !controllers.contains(exclusion.controller))
                .map(exclusion -> exclusion.reason)
                .findFirst();
    }
}
