package io.berth.core.nri.validate;

import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.FieldOwners;
import io.berth.proto.nri.v1alpha1.Hooks;
import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentRequest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The built-in validator. Safe for any number of threads. */
public final class DefaultValidator {
    private final ValidatorConfig config;
    private final RequiredPlugins required;
    private final List<Function<ValidateContainerAdjustmentRequest, Optional<String>>> checks;

    private DefaultValidator(ValidatorConfig config) {
        this.config = config;
        this.required = new RequiredPlugins(config);
        this.checks = List.of(this::hooks, this::seccomp, this::namespaces, this::sysctls, required::problem);
    }

    /** The validator of a configuration; null when it is not enabled. */
    public static @Nullable DefaultValidator of(ValidatorConfig config) {
        return config.enabled() ? new DefaultValidator(config) : null;
    }

    /** Why the container is not to be created; empty: it may be. */
    public Optional<String> problem(ValidateContainerAdjustmentRequest request) {
        return checks.stream()
                .map(check -> check.apply(request))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> hooks(ValidateContainerAdjustmentRequest request) {
        boolean asked = !request.getAdjust().getHooks().equals(Hooks.getDefaultInstance());
        return reject(config.ociHooks() && asked, request, Field.OciHooks, "adds OCI hooks");
    }

    private Optional<String> seccomp(ValidateContainerAdjustmentRequest request) {
        if (!request.getAdjust().getLinux().hasSeccompPolicy()) {
            return Optional.empty();
        }
        var linux = request.getContainer().getLinux();
        if (!linux.hasSeccompProfile()) {
            return unconfined(request);
        }
        return switch (linux.getSeccompProfile().getProfileType()) {
            case UNCONFINED -> unconfined(request);
            case RUNTIME_DEFAULT ->
                reject(
                        config.runtimeDefaultSeccomp(),
                        request,
                        Field.SeccompPolicy,
                        "replaces the runtime's default seccomp policy");
            case LOCALHOST ->
                reject(
                        config.customSeccomp(),
                        request,
                        Field.SeccompPolicy,
                        "replaces a seccomp profile of the node's");
            case UNRECOGNIZED -> Optional.empty();
        };
    }

    private Optional<String> unconfined(ValidateContainerAdjustmentRequest request) {
        return reject(
                config.unconfinedSeccomp(),
                request,
                Field.SeccompPolicy,
                "sets a seccomp policy where the pod asks for none");
    }

    private Optional<String> namespaces(ValidateContainerAdjustmentRequest request) {
        boolean asked = request.getAdjust().getLinux().getNamespacesCount() > 0;
        return reject(config.namespaces() && asked, request, Field.Namespace, "changes namespaces");
    }

    private Optional<String> sysctls(ValidateContainerAdjustmentRequest request) {
        boolean asked = request.getAdjust().getLinux().getSysctlCount() > 0;
        return reject(config.sysctls() && asked, request, Field.Sysctl, "changes sysctls");
    }

    private static Optional<String> reject(
            boolean rejected, ValidateContainerAdjustmentRequest request, Field field, String what) {
        return rejected ? Optional.of(who(request, field) + " " + what + ", which is not allowed") : Optional.empty();
    }

    private static String who(ValidateContainerAdjustmentRequest request, Field field) {
        Container container = request.getContainer();
        FieldOwners owners =
                request.getOwners().getOwnersOrDefault(container.getId(), FieldOwners.getDefaultInstance());
        Collection<String> all = new TreeSet<>(Stream.concat(
                        Stream.of(owners.getSimpleOrDefault(field.getNumber(), "")),
                        Optional.ofNullable(owners.getCompoundMap().get(field.getNumber())).stream()
                                .flatMap(one -> one.getOwnersMap().values().stream()))
                .filter(owner -> !owner.isEmpty())
                .toList());
        return all.isEmpty() ? "a plugin" : "the plugin " + String.join(", ", all);
    }
}
