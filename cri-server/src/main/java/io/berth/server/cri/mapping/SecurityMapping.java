package io.berth.server.cri.mapping;

import io.berth.core.error.BerthException;
import io.berth.core.security.CapabilityChange;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.core.security.SecurityProfile;
import io.berth.core.security.SelinuxOptions;
import io.berth.core.security.SupplementalGroupsPolicy;
import io.berth.proto.cri.v1.Capability;
import io.berth.proto.cri.v1.Int64Value;
import io.berth.proto.cri.v1.LinuxContainerSecurityContext;
import io.berth.proto.cri.v1.LinuxSandboxSecurityContext;
import io.berth.proto.cri.v1.SELinuxOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Security contexts. */
final class SecurityMapping {
    private static final long LARGEST_ID = 0xffff_fffeL;
    private static final String LOCALHOST_PREFIX = "localhost/";

    private SecurityMapping() {}

    static SandboxSecurityContext toCore(LinuxSandboxSecurityContext context, String field) {
        return new SandboxSecurityContext(
                NamespaceMapping.toCore(context.getNamespaceOptions(), field + ".namespace_options"),
                selinux(context.getSelinuxOptions()),
                id(context.hasRunAsUser(), context.getRunAsUser(), field + ".run_as_user"),
                id(context.hasRunAsGroup(), context.getRunAsGroup(), field + ".run_as_group"),
                context.getReadonlyRootfs(),
                groups(context.getSupplementalGroupsList(), field),
                policy(context.getSupplementalGroupsPolicy(), context.getSupplementalGroupsPolicyValue(), field),
                context.getPrivileged(),
                profile(context.hasSeccomp(), context.getSeccomp(), seccompPath(context), field + ".seccomp"),
                profile(context.hasApparmor(), context.getApparmor(), "", field + ".apparmor"));
    }

    static ContainerSecurityContext toCore(LinuxContainerSecurityContext context, String field) {
        if (context.hasRunAsUser() && !context.getRunAsUsername().isEmpty()) {
            throw BerthException.invalidArgument(
                    field + ".run_as_user and " + field + ".run_as_username exclude each other");
        }
        if (context.hasRunAsGroup()
                && !context.hasRunAsUser()
                && context.getRunAsUsername().isEmpty()) {
            throw BerthException.invalidArgument(
                    field + ".run_as_group needs run_as_user or run_as_username beside it");
        }
        return new ContainerSecurityContext(
                capabilities(context.getCapabilities()),
                context.getPrivileged(),
                NamespaceMapping.toCore(context.getNamespaceOptions(), field + ".namespace_options"),
                selinux(context.getSelinuxOptions()),
                id(context.hasRunAsUser(), context.getRunAsUser(), field + ".run_as_user"),
                id(context.hasRunAsGroup(), context.getRunAsGroup(), field + ".run_as_group"),
                Require.plain(context.getRunAsUsername(), field + ".run_as_username"),
                context.getReadonlyRootfs(),
                groups(context.getSupplementalGroupsList(), field),
                policy(context.getSupplementalGroupsPolicy(), context.getSupplementalGroupsPolicyValue(), field),
                context.getNoNewPrivs(),
                // Kubernetes sends an empty list for a pod that wants to see all of /proc.
                Require.plain(context.getMaskedPathsList(), field + ".masked_paths"),
                Require.plain(context.getReadonlyPathsList(), field + ".readonly_paths"),
                profile(context.hasSeccomp(), context.getSeccomp(), seccompPath(context), field + ".seccomp"),
                profile(context.hasApparmor(), context.getApparmor(), apparmorName(context), field + ".apparmor"));
    }

    private static CapabilityChange capabilities(Capability change) {
        return new CapabilityChange(
                change.getAddCapabilitiesList(),
                change.getDropCapabilitiesList(),
                change.getAddAmbientCapabilitiesList());
    }

    private static SelinuxOptions selinux(SELinuxOption options) {
        return new SelinuxOptions(options.getUser(), options.getRole(), options.getType(), options.getLevel());
    }

    private static @Nullable Long id(boolean isPresent, Int64Value value, String field) {
        return isPresent ? Require.between(value.getValue(), 0, LARGEST_ID, field) : null;
    }

    private static List<Long> groups(List<Long> groups, String field) {
        groups.forEach(group -> Require.between(group, 0, LARGEST_ID, field + ".supplemental_groups"));
        return groups;
    }

    private static SupplementalGroupsPolicy policy(
            io.berth.proto.cri.v1.SupplementalGroupsPolicy policy, int number, String field) {
        return switch (policy) {
            case Merge -> SupplementalGroupsPolicy.MERGE;
            case Strict -> SupplementalGroupsPolicy.STRICT;
            case UNRECOGNIZED -> throw Require.unknown(field + ".supplemental_groups_policy", policy, number);
        };
    }

    /** @param older what the older, textual field says; used where the newer one is not set */
    private static @Nullable SecurityProfile profile(
            boolean isPresent, io.berth.proto.cri.v1.SecurityProfile profile, String older, String field) {
        if (!isPresent) {
            return older.isEmpty() ? null : olderProfile(older, field);
        }
        String reference = Require.plain(profile.getLocalhostRef(), field + ".localhost_ref");
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> SecurityProfile.runtimeDefault();
            case Unconfined -> SecurityProfile.unconfined();
            case Localhost ->
                new SecurityProfile(SecurityProfile.Type.LOCALHOST, Require.text(reference, field + ".localhost_ref"));
            case UNRECOGNIZED ->
                throw Require.unknown(field + ".profile_type", profile.getProfileType(), profile.getProfileTypeValue());
        };
    }

    private static SecurityProfile olderProfile(String text, String field) {
        if (text.equals("unconfined")) {
            return SecurityProfile.unconfined();
        }
        if (text.equals("runtime/default") || text.equals("docker/default")) {
            return SecurityProfile.runtimeDefault();
        }
        if (text.startsWith(LOCALHOST_PREFIX)) {
            String reference = text.substring(LOCALHOST_PREFIX.length());
            return new SecurityProfile(SecurityProfile.Type.LOCALHOST, Require.text(reference, field));
        }
        throw BerthException.invalidArgument(
                field + " is \"" + text + "\", must be unconfined, runtime/default or localhost/NAME");
    }

    @SuppressWarnings("deprecation") // older kubelets send nothing else
    private static String seccompPath(LinuxSandboxSecurityContext context) {
        return context.getSeccompProfilePath();
    }

    @SuppressWarnings("deprecation") // older kubelets send nothing else
    private static String seccompPath(LinuxContainerSecurityContext context) {
        return context.getSeccompProfilePath();
    }

    @SuppressWarnings("deprecation") // older kubelets send nothing else
    private static String apparmorName(LinuxContainerSecurityContext context) {
        return context.getApparmorProfile();
    }
}
