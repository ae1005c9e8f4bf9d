package io.berth.core.spec;

import io.berth.core.container.ContainerConfig;
import io.berth.core.container.EnvironmentVariable;
import io.berth.core.error.BerthException;
import io.berth.core.security.AppArmor;
import io.berth.core.security.Capability;
import io.berth.core.security.CapabilityPolicy;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.HostFacts;
import io.berth.core.security.SupplementalGroupsPolicy;
import io.berth.imagefs.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The first process of a container: command line, environment, identity, capabilities. */
final class ProcessSpecBuilder {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final long MAXIMUM_ID = Integer.MAX_VALUE;

    private ProcessSpecBuilder() {}

    static OciProcess process(
            SpecRequest request,
            CapabilityPolicy capabilities,
            HostFacts host,
            AppArmor apparmor,
            String selinuxLabel) {
        ContainerConfig container = request.container();
        ContainerSecurityContext security = container.security();
        List<String> held = Capability.names(capabilities.held());
        List<String> ambient = Capability.names(capabilities.ambient());
        return new OciProcess(
                container.terminal(),
                user(request),
                commandLine(container, request.image()),
                environment(request),
                workingDirectory(container, request.image()),
                new OciProcess.Capabilities(held, held, ambient, held, ambient),
                List.of(),
                security.noNewPrivileges() && !security.privileged(),
                apparmor.profile(security),
                host.restrictOomScoreAdj(container.resources().oomScoreAdj()),
                selinuxLabel,
                null,
                null);
    }

    /** The command replaces the entrypoint and drops the image's command; arguments replace the image's command. */
    private static List<String> commandLine(ContainerConfig container, ImageConfig image) {
        List<String> line = new ArrayList<>();
        if (container.command().isEmpty()) {
            line.addAll(image.entrypoint());
            line.addAll(container.arguments().isEmpty() ? image.command() : container.arguments());
        } else {
            line.addAll(container.command());
            line.addAll(container.arguments());
        }
        if (line.isEmpty()) {
            throw BerthException.invalidArgument("no command: the image has neither entrypoint nor command, and the"
                    + " container's config gives none either");
        }
        if (line.getFirst().isEmpty()) {
            throw BerthException.invalidArgument("the command's first word is empty: it names the program to run");
        }
        line.forEach(word -> refuseNul("command", word));
        return line;
    }

    private static List<String> environment(SpecRequest request) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", DEFAULT_PATH);
        variables.put("HOSTNAME", request.hostname());
        if (request.container().terminal()) {
            variables.put("TERM", "xterm");
        }
        for (String variable : request.image().environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        for (EnvironmentVariable variable : request.container().environment()) {
            if (variable.name().isEmpty() || variable.name().indexOf('=') >= 0) {
                throw BerthException.invalidArgument(
                        "envs has \"" + variable.name() + "\", which is not the name of an environment variable");
            }
            variables.put(variable.name(), variable.value());
        }
        variables.putIfAbsent("HOME", request.user().home());
        List<String> environment = new ArrayList<>(variables.size());
        variables.forEach((name, value) -> {
            refuseNul("envs", name);
            refuseNul("envs value of " + name, value);
            environment.add(name + "=" + value);
        });
        return environment;
    }

    private static String workingDirectory(ContainerConfig container, ImageConfig image) {
        String asked = container.workingDirectory();
        if (!asked.isEmpty()) {
            if (!asked.startsWith("/")) {
                throw BerthException.invalidArgument("working_dir \"" + asked + "\" is not an absolute path");
            }
            refuseNul("working_dir", asked);
            return asked;
        }
        String fromImage = image.workingDirectory();
        refuseNul("the image's working directory", fromImage);
        return fromImage.startsWith("/") ? fromImage : "/" + fromImage;
    }

    private static OciProcess.User user(SpecRequest request) {
        ContainerSecurityContext security = request.container().security();
        Set<Long> groups = new LinkedHashSet<>();
        groups.add((long) request.user().gid());
        if (security.supplementalGroupsPolicy() == SupplementalGroupsPolicy.MERGE) {
            request.user().additionalGids().forEach(gid -> groups.add((long) gid));
        }
        for (long gid : security.supplementalGroups()) {
            if (gid < 0 || gid > MAXIMUM_ID) {
                throw BerthException.invalidArgument(
                        "supplemental_groups has " + gid + ": a group id is 0 to " + MAXIMUM_ID);
            }
            groups.add(gid);
        }
        return new OciProcess.User(request.user().uid(), request.user().gid(), null, List.copyOf(groups));
    }

    private static void refuseNul(String field, String value) {
        if (value.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument(field + " has a NUL character");
        }
    }
}
