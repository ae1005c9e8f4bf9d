package io.berth.core.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciMount;
import io.berth.core.spec.OciResources.DeviceRule;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CdiDevicesTest {
    @TempDir
    Path place;

    private Path fixed;
    private Path generated;
    private CdiDevices devices;

    @BeforeEach
    void directories() throws IOException {
        fixed = Files.createDirectory(place.resolve("etc"));
        generated = Files.createDirectory(place.resolve("run"));
        devices = new CdiDevices(List.of(fixed, generated));
    }

    private OciSpec spec(String namespaces, String rules) throws IOException {
        Path file = place.resolve("config");
        Files.writeString(file, """
                {"ociVersion": "1.2.0",
                 "process": {"terminal": false, "user": {"uid": 7, "gid": 8, "additionalGids": [8]}, "args": ["sleep"],
                   "cwd": "/", "env": ["PATH=/bin", "A=old"], "noNewPrivileges": false},
                 "root": {"path": "/root", "readonly": false},
                 "mounts": [{"destination": "/a/b", "type": "bind", "source": "/x"}],
                 "linux": {"namespaces": [%s], "resources": {"devices": [%s]}}}""".formatted(namespaces, rules));
        return SpecJson.read(file);
    }

    private OciSpec spec() throws IOException {
        return spec("", "{\"allow\": false, \"access\": \"rwm\"}");
    }

    private OciSpec inject(String... names) throws IOException {
        return devices.inject(spec(), List.of(names), Map.of());
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static String json(String device, String edits) {
        return "{\"cdiVersion\": \"1.1.0\", \"kind\": \"vendor.com/net\", \"devices\": [{\"name\": \"" + device
                + "\", \"containerEdits\": {" + edits + "}}]}";
    }

    @Test
    void theFilesAndTheDevicesEditsAreMade() throws IOException {
        write(fixed, "vendor.yaml", """
                ---
                cdiVersion: "0.7.0"
                kind: vendor.com/gpu
                containerEdits:
                  env: [ALL=1]
                devices:
                  - name: "0"
                    containerEdits:
                      env:
                        - A=new
                      deviceNodes:
                        - path: /dev/gpu0
                          hostPath: /dev/null
                          fileMode: 0640
                          permissions: rw
                      mounts:
                        - {hostPath: /proc/self, containerPath: /a, options: [ro, nosuid]}
                      additionalGids: [0, 8, 44]
                  - name: "1"
                    containerEdits:
                      env: [B=2]
                """);
        OciSpec made = inject("vendor.com/gpu=0", "vendor.com/gpu=1");
        assertThat(made.process().env()).containsExactly("PATH=/bin", "ALL=1", "A=new", "B=2");
        assertThat(made.process().user().additionalGids()).containsExactly(8L, 44L);
        assertThat(made.linux().devices())
                .containsExactly(new OciLinux.Device("c", "/dev/gpu0", 1, 3, 0640, 7L, 8L, "/dev/null"));
        assertThat(Objects.requireNonNull(made.linux().resources()).devices())
                .containsExactly(DeviceRule.all(false), new DeviceRule(true, "c", 1L, 3L, "rw"));
        assertThat(made.mounts())
                .extracting(OciMount::destination, OciMount::type, OciMount::source, OciMount::options)
                .containsExactly(
                        tuple("/a", "bind", "/proc/self", List.of("rbind", "ro", "nosuid")),
                        tuple("/a/b", "bind", "/x", List.of()));
    }

    @Test
    void aContainerThatAsksForNothingStaysAsItIs() throws IOException {
        write(fixed, "broken.json", "{");
        OciSpec spec = spec();
        assertThat(devices.inject(spec, List.of(), Map.of("other.io/x", "y"))).isSameAs(spec);
    }

    @Test
    void aPrivilegedContainerNeedsNoRule() throws IOException {
        write(fixed, "a.json", json("a", "\"deviceNodes\": [{\"path\": \"/dev/null\"}]"));
        OciSpec made = devices.inject(
                spec("", "{\"allow\": true, \"access\": \"rwm\"}"), List.of("vendor.com/net=a"), Map.of());
        assertThat(Objects.requireNonNull(made.linux().resources()).devices()).containsExactly(DeviceRule.all(true));
    }

    @Test
    void hooksAreThoseOfTheSpecification() throws IOException {
        write(fixed, "a.json", json("a", """
                "hooks": [{"hookName": "createContainer", "path": "/bin/hook", "args": ["hook", "x"], "timeout": 3},
                  {"hookName": "createContainer", "path": "/bin/second"},
                  {"hookName": "poststop", "path": "/bin/last", "env": ["A=1"]}]"""));
        OciHooks hooks = Objects.requireNonNull(inject("vendor.com/net=a").hooks());
        assertThat(hooks.createContainer())
                .containsExactly(
                        new OciHooks.Hook("/bin/hook", List.of("hook", "x"), List.of(), 3),
                        new OciHooks.Hook("/bin/second", List.of(), List.of(), null));
        assertThat(hooks.poststop()).containsExactly(new OciHooks.Hook("/bin/last", List.of(), List.of("A=1"), null));
    }

    @Test
    void networkDevicesAreThoseOfTheSpecification() throws IOException {
        write(fixed, "a.json", json("a", """
                "netDevices": [{"hostInterfaceName": "eth7", "name": "fast0"}]"""));
        assertThat(inject("vendor.com/net=a").linux().netDevices())
                .containsOnly(Map.entry("eth7", new OciLinux.NetDevice("fast0")));
    }

    @Test
    void aDeviceThatMayNotBeUsedHasNoRule() throws IOException {
        write(fixed, "a.json", json("a", "\"deviceNodes\": [{\"path\": \"/dev/null\", \"permissions\": \"none\"}]"));
        assertThat(Objects.requireNonNull(inject("vendor.com/net=a").linux().resources())
                        .devices())
                .containsExactly(DeviceRule.all(false));
    }

    @Test
    void aDeviceThatTheFileSaysWhollyNeedNotBeThere() throws IOException {
        write(fixed, "a.json", json("a", """
                "deviceNodes": [{"path": "/dev/absent", "type": "b", "major": 250, "minor": 1, "uid": 0, "gid": 6}]"""));
        assertThat(inject("vendor.com/net=a").linux().devices())
                .containsExactly(new OciLinux.Device("b", "/dev/absent", 250, 1, null, 0L, 6L));
    }

    @Test
    void inAUserNamespaceAMountIsMapped() throws IOException {
        write(fixed, "a.json", json("a", "\"mounts\": [{\"hostPath\": \"/proc\", \"containerPath\": \"/m\"}]"));
        OciSpec made = devices.inject(
                spec("{\"type\": \"user\", \"path\": \"/proc/1/ns/user\"}", ""), List.of("vendor.com/net=a"), Map.of());
        assertThat(made.mounts().getFirst().options()).containsExactly("rbind", "ridmap");
    }

    @Test
    void annotationsAskForDevicesToo() throws IOException {
        write(fixed, "a.json", json("a", "\"env\": [\"X=1\"]"));
        OciSpec made =
                devices.inject(spec(), List.of("vendor.com/net=a"), Map.of("cdi.k8s.io/plugin_1", "vendor.com/net=a"));
        assertThat(made.process().env()).containsExactly("PATH=/bin", "A=old", "X=1");
        assertThatThrownBy(() -> devices.inject(spec(), List.of(), Map.of("cdi.k8s.io/plugin_1", "vendor.com/net=a,b")))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("the annotation cdi.k8s.io/plugin_1 has \"b\"");
    }

    @Test
    void theLaterDirectoryWins() throws IOException {
        write(fixed, "a.json", json("a", "\"env\": [\"X=fixed\"]"));
        write(generated, "a.json", json("a", "\"env\": [\"X=generated\"]"));
        assertThat(inject("vendor.com/net=a").process().env()).contains("X=generated");
    }

    @Test
    void twoFilesOfOneDirectoryThatHaveADeviceAreNamed() throws IOException {
        write(fixed, "a.json", json("a", "\"env\": [\"X=1\"]"));
        write(fixed, "b.json", json("a", "\"env\": [\"X=2\"]"));
        assertThatThrownBy(() -> inject("vendor.com/net=a"))
                .hasMessageContaining("vendor.com/net=a")
                .hasMessageContaining("a.json")
                .hasMessageContaining("b.json");
    }

    @Test
    void aFileThatChangesIsReadAgainAndOneThatGoesIsForgotten() throws IOException {
        write(fixed, "a.json", json("a", "\"env\": [\"X=1\"]"));
        assertThat(inject("vendor.com/net=a").process().env()).contains("X=1");
        write(fixed, "a.json", json("a", "\"env\": [\"X=changed\"]"));
        assertThat(inject("vendor.com/net=a").process().env()).contains("X=changed");
        Files.delete(fixed.resolve("a.json"));
        assertThatThrownBy(() -> inject("vendor.com/net=a")).hasMessageContaining("there is no CDI device");
    }

    @Test
    void anUnknownDeviceIsNamedWithWhatThereIs() throws IOException {
        write(fixed, "a.json", json("a", "\"env\": [\"X=1\"]"));
        write(fixed, "broken.json", "{\n\"kind\": 5,\n");
        write(fixed, "passed-over.txt", "nothing");
        Files.delete(generated);
        assertThatThrownBy(() -> inject("vendor.com/net=b"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageStartingWith("there is no CDI device vendor.com/net=b: looked in " + fixed + " and "
                        + generated + " (which is not there), where vendor.com/net has a; " + fixed
                        + "/broken.json cannot be used: line 3: ");
        assertThatThrownBy(() -> inject("other.com/net=b")).hasMessageContaining("where the kinds are vendor.com/net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "vendor.com/net",
                "vendor.com/net=",
                "/net=a",
                "vendor.com/net=-a",
                "1.com/n=a",
                "vendor.com/net/x=a",
                "vendor.com/net=a\n",
                "/dev/null"
            })
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> inject(name))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("CDI_devices has \"" + name + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "intelRdt": {"closID": "x"} | intelRdt
                    """)
    void whatBerthCannotDoIsRefusedByName(String edits, String name) throws IOException {
        write(fixed, "a.json", json("a", edits));
        assertThatThrownBy(() -> inject("vendor.com/net=a"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.UNIMPLEMENTED))
                .hasMessageStartingWith("the CDI device vendor.com/net=a has " + name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "deviceNodes": [{"path": "/dev/absent"}] | has the device node /dev/absent, which is not on this node
                    "deviceNodes": [{"path": "/proc/version"}] | has the device node /proc/version, which is no device
                    "deviceNodes": [{"path": "/dev/null", "type": "b"}] | one of the type b, and on this node it is one of the type c
                    "mounts": [{"hostPath": "/absent", "containerPath": "/m"}] | mounts /absent on /m, and that is not on this node
                    """)
    void whatThisNodeLacksIsNamed(String edits, String why) throws IOException {
        write(fixed, "a.json", json("a", edits));
        assertThatThrownBy(() -> inject("vendor.com/net=a"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.FAILED_PRECONDITION))
                .hasMessageContaining("the CDI device vendor.com/net=a")
                .hasMessageContaining(why);
    }

    @Test
    void withoutDirectoriesThereAreNoDevices() throws IOException {
        OciSpec spec = spec();
        assertThatThrownBy(() -> new CdiDevices(List.of()).inject(spec, List.of("vendor.com/net=a"), Map.of()))
                .hasMessageContaining("cdi.directories is empty");
    }
}
