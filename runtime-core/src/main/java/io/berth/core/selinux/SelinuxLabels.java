package io.berth.core.selinux;

import io.berth.core.error.BerthException;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.HostFacts;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.core.security.SelinuxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Which labels a pod and its containers get. Only where the kernel has a policy; without one nothing is labelled. A pod
 * that asks for nothing gets labels where the policy knows containers. Safe for any number of threads.
 */
public final class SelinuxLabels {
    private final boolean enabled;
    private final Path contextCheck;
    private final Levels levels;
    private final Supplier<Optional<ContainerContexts>> contexts;

    SelinuxLabels(boolean enabled, Path contextCheck, Levels levels, Supplier<Optional<ContainerContexts>> contexts) {
        this.enabled = enabled;
        this.contextCheck = contextCheck;
        this.levels = levels;
        this.contexts = contexts;
    }

    /**
     * On this host.
     *
     * @param used the levels of all pods
     */
    public static SelinuxLabels on(HostFacts host, Supplier<Set<String>> used) {
        return new SelinuxLabels(
                host.selinux(),
                Path.of("/sys/fs/selinux/context"),
                new Levels(used, RandomGenerator.getDefault()),
                () -> ContainerContexts.read(Path.of("/")));
    }

    /**
     * The labels of a container; empty: none.
     *
     * @param process of its processes
     * @param mount of its root, and of what is mounted for it alone
     */
    public record Labels(String process, String mount) {
        public static final Labels NONE = new Labels("", "");
    }

    /** The pod's config with all that its labels are made of, its own level among it; checked. */
    public SandboxConfig completed(SandboxConfig config) {
        SelinuxOptions asked = config.security().selinux();
        Label.check(asked);
        Optional<ContainerContexts> known = enabled ? contexts.get() : Optional.empty();
        if (!enabled || (asked.isEmpty() && known.isEmpty())) {
            return config;
        }
        Label process = known.orElse(ContainerContexts.USUAL).process();
        String level = process.level().isEmpty() || !asked.level().isEmpty() ? asked.level() : levels.next();
        SelinuxOptions filled = process.fill(asked, level);
        accept(Label.of(filled).toString());
        return config.withSelinux(filled);
    }

    /** The label of what is mounted for a pod whose config is completed; empty: none. */
    public String mount(SandboxSecurityContext pod) {
        return enabled ? mount(pod.selinux()) : "";
    }

    private String mount(SelinuxOptions options) {
        if (options.isEmpty()) {
            return "";
        }
        Label file = contexts.get().orElse(ContainerContexts.USUAL).file();
        return new Label(options.user(), file.role(), file.type(), options.level()).toString();
    }

    /** The labels of a container in a pod whose config is completed. */
    public Labels of(ContainerSecurityContext container, SandboxSecurityContext pod) {
        SelinuxOptions asked = container.selinux();
        Label.check(asked);
        if (!enabled || (asked.isEmpty() && pod.selinux().isEmpty())) {
            return Labels.NONE;
        }
        SelinuxOptions options = asked.isEmpty()
                ? pod.selinux()
                : contexts.get()
                        .orElse(ContainerContexts.USUAL)
                        .process()
                        // So that the containers of a pod can use the same volumes.
                        .fill(asked, pod.selinux().level());
        String process = isConfined(container) ? Label.of(options).toString() : "";
        if (!asked.isEmpty()) {
            accept(process);
        }
        return new Labels(process, mount(options));
    }

    /** What shares processes or IPC objects with the node could not use them, unless it says under which label. */
    private static boolean isConfined(ContainerSecurityContext container) {
        boolean shares = container.namespaces().pid() == NamespaceMode.NODE
                || container.namespaces().ipc() == NamespaceMode.NODE;
        return !container.privileged() && (!shares || !container.selinux().isEmpty());
    }

    /** Asks the kernel whether its policy has that label. */
    private void accept(String label) {
        if (label.isEmpty()) {
            return;
        }
        try {
            Files.writeString(contextCheck, label);
        } catch (IOException refused) {
            throw BerthException.invalidArgument(
                    "selinux_options make the label " + label + ", which this node's policy does not have");
        }
    }
}
