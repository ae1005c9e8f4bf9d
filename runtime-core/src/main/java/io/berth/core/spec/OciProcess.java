package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first process (config.md, "process"). */
public record OciProcess(
        boolean terminal,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        @Nullable Capabilities capabilities,
        List<ResourceLimit> rlimits,
        boolean noNewPrivileges,
        String apparmorProfile,
        @Nullable Integer oomScoreAdj,
        String selinuxLabel,
        @Nullable OciIoPriority ioPriority,
        @Nullable OciScheduler scheduler) {
    public OciProcess {
        args = Immutable.list(args);
        env = Immutable.list(env);
        rlimits = Immutable.list(rlimits);
        apparmorProfile = Immutable.text(apparmorProfile);
        selinuxLabel = Immutable.text(selinuxLabel);
    }

    OciProcess withOomScoreAdj(int score) {
        return new OciProcess(
                terminal,
                user,
                args,
                env,
                cwd,
                capabilities,
                rlimits,
                noNewPrivileges,
                apparmorProfile,
                score,
                selinuxLabel,
                ioPriority,
                scheduler);
    }

    /** Ids as seen inside the container. */
    public record User(long uid, long gid, @Nullable Integer umask, List<Long> additionalGids) {
        public User {
            additionalGids = Immutable.list(additionalGids);
        }
    }

    /** Names with CAP_. */
    public record Capabilities(
            List<String> bounding,
            List<String> effective,
            List<String> inheritable,
            List<String> permitted,
            List<String> ambient) {
        public Capabilities {
            bounding = Immutable.list(bounding);
            effective = Immutable.list(effective);
            inheritable = Immutable.list(inheritable);
            permitted = Immutable.list(permitted);
            ambient = Immutable.list(ambient);
        }
    }

    /**
     * A resource limit.
     *
     * @param type RLIMIT_NOFILE and so on
     * @param soft unsigned; all ones is unlimited
     */
    public record ResourceLimit(String type, long soft, long hard) {}
}
