package io.berth.core.spec;

import io.berth.core.Immutable;
import io.berth.core.json.RecordJson;
import io.berth.core.security.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Berth's default seccomp profile: what container engines allow, and with a capability the calls that it is about. Each
 * set of capabilities gets one profile object, made once. Safe for any number of threads.
 */
final class DefaultSeccomp {
    private static final String RESOURCE = "seccomp-default.json";

    private final String architecture;
    private final ConcurrentMap<Long, OciSeccomp> profiles = new ConcurrentHashMap<>();

    DefaultSeccomp(String architecture) {
        this.architecture = architecture;
    }

    OciSeccomp profile(Set<Capability> capabilities) {
        return profiles.computeIfAbsent(Capability.mask(capabilities), mask -> make(capabilities));
    }

    private OciSeccomp make(Set<Capability> capabilities) {
        Profile profile = Loaded.PROFILE;
        Set<String> names = new HashSet<>(Capability.names(capabilities));
        List<OciSeccomp.SystemCalls> rules = new ArrayList<>();
        for (Rule rule : profile.rules()) {
            boolean allowed = rule.capabilities().isEmpty()
                    || rule.capabilities().stream().anyMatch(names::contains);
            boolean excluded = rule.withoutCapabilities().stream().anyMatch(names::contains);
            boolean here =
                    rule.architectures().isEmpty() || rule.architectures().contains(architecture);
            if (allowed && !excluded && here) {
                rules.add(new OciSeccomp.SystemCalls(rule.names(), rule.action(), rule.errnoRet(), rule.args()));
            }
        }
        return new OciSeccomp(profile.defaultAction(), profile.defaultErrnoRet(), architectures(), List.of(), rules);
    }

    private List<String> architectures() {
        return architecture.equals("SCMP_ARCH_X86_64")
                ? List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")
                : List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
    }

    private static final class Loaded {
        static final Profile PROFILE = load();

        private static Profile load() {
            try (InputStream stream = DefaultSeccomp.class.getResourceAsStream(RESOURCE)) {
                return RecordJson.of(Profile.class).read(stream.readAllBytes());
            } catch (IOException failure) {
                throw new UncheckedIOException("reading " + RESOURCE, failure);
            }
        }
    }

    record Profile(String defaultAction, int defaultErrnoRet, List<Rule> rules) {}

    /**
     * A rule.
     *
     * @param capabilities it holds for a container with any of them; empty: for all
     * @param withoutCapabilities it does not hold for a container with any of them
     * @param architectures it holds on these; empty: on all
     */
    record Rule(
            List<String> names,
            String action,
            @Nullable Integer errnoRet,
            List<OciSeccomp.Argument> args,
            List<String> capabilities,
            List<String> withoutCapabilities,
            List<String> architectures) {
        Rule {
            names = Immutable.list(names);
            args = Immutable.list(args);
            capabilities = Immutable.list(capabilities);
            withoutCapabilities = Immutable.list(withoutCapabilities);
            architectures = Immutable.list(architectures);
        }
    }
}
