package io.berth.core.nri.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.nri.v1alpha1.CompoundFieldOwners;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.FieldOwners;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.PluginInstance;
import io.berth.proto.nri.v1alpha1.SecurityProfile.ProfileType;
import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultValidatorTest {
    private static final ValidatorConfig NOTHING =
            new ValidatorConfig(true, false, false, false, false, false, false, List.of(), "");
    private static final ValidatorConfig EVERYTHING =
            new ValidatorConfig(true, true, true, true, true, true, true, List.of(), "");

    private static ValidatorConfig requiring(String... plugins) {
        return new ValidatorConfig(
                true, false, false, false, false, false, false, List.of(plugins), "example.com/tolerate");
    }

    private static Optional<String> problem(
            ValidatorConfig config, Consumer<ValidateContainerAdjustmentRequest.Builder> change) {
        ValidateContainerAdjustmentRequest.Builder request = ValidateContainerAdjustmentRequest.newBuilder();
        request.getContainerBuilder().setId("c1").setName("main");
        request.addPlugins(PluginInstance.newBuilder().setIndex("10").setName("there"));
        change.accept(request);
        return Objects.requireNonNull(DefaultValidator.of(config)).problem(request.build());
    }

    private static void owned(ValidateContainerAdjustmentRequest.Builder request, FieldOwners.Builder owners) {
        request.getOwnersBuilder().putOwners("c1", owners.build());
    }

    private static void hooks(ValidateContainerAdjustmentRequest.Builder request) {
        request.getAdjustBuilder()
                .getHooksBuilder()
                .addPrestart(Hook.newBuilder().setPath("/x"));
        owned(request, FieldOwners.newBuilder().putSimple(Field.OciHooks.getNumber(), "10-a,20-b"));
    }

    private static void namespace(ValidateContainerAdjustmentRequest.Builder request) {
        request.getAdjustBuilder()
                .getLinuxBuilder()
                .addNamespaces(LinuxNamespace.newBuilder().setType("-ipc"));
    }

    private static void sysctl(ValidateContainerAdjustmentRequest.Builder request) {
        request.getAdjustBuilder().getLinuxBuilder().putSysctl("net.x", "1");
        owned(
                request,
                FieldOwners.newBuilder()
                        .putCompound(
                                Field.Sysctl.getNumber(),
                                CompoundFieldOwners.newBuilder()
                                        .putOwners("net.x", "30-c")
                                        .build()));
    }

    @Test
    void oneThatIsNotEnabledIsNone() {
        assertThat(DefaultValidator.of(ValidatorConfig.DISABLED)).isNull();
    }

    @Test
    void whatIsNotRejectedPasses() {
        assertThat(problem(NOTHING, DefaultValidatorTest::hooks)).isEmpty();
        assertThat(problem(NOTHING, DefaultValidatorTest::namespace)).isEmpty();
        assertThat(problem(NOTHING, DefaultValidatorTest::sysctl)).isEmpty();
        assertThat(problem(EVERYTHING, request -> {})).isEmpty();
    }

    @Test
    void whatIsRejectedIsSaidWithThePlugin() {
        assertThat(problem(EVERYTHING, DefaultValidatorTest::hooks))
                .contains("the plugin 10-a,20-b adds OCI hooks, which is not allowed");
        assertThat(problem(EVERYTHING, DefaultValidatorTest::namespace))
                .contains("a plugin changes namespaces, which is not allowed");
        assertThat(problem(EVERYTHING, DefaultValidatorTest::sysctl))
                .contains("the plugin 30-c changes sysctls, which is not allowed");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProfileType.class,
            names = {"RUNTIME_DEFAULT", "UNCONFINED", "LOCALHOST"})
    void aSeccompPolicyIsRejectedByWhatItReplaces(ProfileType type) {
        Consumer<ValidateContainerAdjustmentRequest.Builder> change = request -> {
            request.getContainerBuilder()
                    .getLinuxBuilder()
                    .getSeccompProfileBuilder()
                    .setProfileType(type);
            request.getAdjustBuilder().getLinuxBuilder().getSeccompPolicyBuilder();
        };
        ValidatorConfig exactly = new ValidatorConfig(
                true,
                false,
                type == ProfileType.RUNTIME_DEFAULT,
                type == ProfileType.UNCONFINED,
                type == ProfileType.LOCALHOST,
                false,
                false,
                List.of(),
                "");
        ValidatorConfig others = new ValidatorConfig(
                true,
                false,
                type != ProfileType.RUNTIME_DEFAULT,
                type != ProfileType.UNCONFINED,
                type != ProfileType.LOCALHOST,
                false,
                false,
                List.of(),
                "");
        assertThat(problem(exactly, change)).isPresent();
        assertThat(problem(others, change)).isEmpty();
    }

    @Test
    void aRequiredPluginIsKnownByItsNameWithAndWithoutTheIndex() {
        assertThat(problem(requiring("there", "10-there"), request -> {})).isEmpty();
        assertThat(problem(requiring("20-there"), request -> {})).contains("the required plugin 20-there is not there");
    }

    @Test
    void aPodCanTolerateThatTheyAreMissing() {
        assertThat(problem(
                        requiring("absent"),
                        request -> request.getPodBuilder().putAnnotations("example.com/tolerate/pod", "true")))
                .isEmpty();
        assertThat(problem(
                        requiring("absent"),
                        request -> request.getPodBuilder()
                                .putAnnotations("example.com/tolerate", "true")
                                .putAnnotations("example.com/tolerate/container.main", "false")))
                .isPresent();
        assertThat(problem(
                        requiring(),
                        request -> request.getPodBuilder().putAnnotations("example.com/tolerate", "perhaps")))
                .get()
                .asString()
                .contains("neither true nor false");
    }

    @Test
    void aPodCanRequireMore() {
        assertThat(problem(
                        NOTHING,
                        request ->
                                request.getPodBuilder().putAnnotations(RequiredPlugins.ANNOTATION, "[ there, more ]")))
                .contains("the required plugin more is not there");
        assertThat(problem(
                        NOTHING,
                        request -> request.getPodBuilder().putAnnotations(RequiredPlugins.ANNOTATION, "- there")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"there", "{a: b}", "[1]", "[", "!!java.net.URL [x]"})
    void whatIsNoListOfPluginsRejects(String value) {
        assertThat(problem(
                        NOTHING, request -> request.getPodBuilder().putAnnotations(RequiredPlugins.ANNOTATION, value)))
                .get()
                .asString()
                .contains("is no list of plugins");
    }
}
