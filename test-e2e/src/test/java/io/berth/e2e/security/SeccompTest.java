package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.SecurityProfile;
import io.berth.proto.cri.v1.SecurityProfile.ProfileType;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SeccompTest {
    private static final String NO_CHMOD = """
            {
              "defaultAction": "SCMP_ACT_ALLOW",
              "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
              "syscalls": [
                {"names": ["chmod", "fchmod", "fchmodat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}
              ]
            }
            """;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan(ProfileType type, String reference) {
        return NODE.pod("filtered")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .security(context -> context.setSeccomp(
                        SecurityProfile.newBuilder().setProfileType(type).setLocalhostRef(reference)));
    }

    private static String mode(PodContainer container) {
        return container.exec("grep", "Seccomp:", "/proc/self/status");
    }

    @Test
    void theDefaultProfileFilters() {
        PodContainer container = plan(ProfileType.RuntimeDefault, "").start();
        assertThat(container.exec("grep", "Seccomp:", "/proc/1/status")).isEqualTo("Seccomp:\t2");
        assertThat(mode(container)).as("an exec's").isEqualTo("Seccomp:\t2");
        assertThat(container.execSync(10, "unshare", "-m", "true").getExitCode())
                .isNotZero();
        assertThat(container.shell("chmod 600 /etc/group && echo fine")).isEqualTo("fine");
    }

    @Test
    void anUnconfinedContainerHasNoFilter() {
        PodContainer container = plan(ProfileType.Unconfined, "").start();
        assertThat(mode(container)).isEqualTo("Seccomp:\t0");
    }

    @Test
    void aProfileOfTheMachineIsCompiled() throws IOException {
        Path profile = Files.writeString(NODE.logs().resolveSibling("no-chmod.json"), NO_CHMOD);
        PodContainer container = plan(ProfileType.Localhost, profile.toString()).start();
        assertThat(mode(container)).isEqualTo("Seccomp:\t2");
        assertThat(container
                        .execSync(10, "chmod", "600", "/etc/group")
                        .getStderr()
                        .toStringUtf8())
                .contains("Function not implemented");
    }

    @Test
    void aProfileThatDoesNotExistIsNamed() {
        Refusal.of(plan(ProfileType.Localhost, "/no/such/profile.json")::start)
                .is(Code.INVALID_ARGUMENT)
                .saying("/no/such/profile.json");
    }

    @Test
    void aProfileThatDoesNotParseIsNamed() throws IOException {
        Path profile = Files.writeString(NODE.logs().resolveSibling("broken.json"), "{\"defaultAction\": 7");
        Refusal.of(plan(ProfileType.Localhost, profile.toString())::start)
                .is(Code.INVALID_ARGUMENT)
                .saying(profile.toString());
    }
}
