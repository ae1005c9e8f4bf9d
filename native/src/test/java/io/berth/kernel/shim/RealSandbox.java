package io.berth.kernel.shim;

import io.berth.kernel.Capability;
import io.berth.kernel.FileSystemStatus;
import io.berth.kernel.ProcessStatus;
import io.berth.kernel.SystemCalls;
import io.berth.proto.shim.v1.Capabilities;
import io.berth.proto.shim.v1.CreateSandboxRequest;
import io.berth.proto.shim.v1.DeviceNode;
import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.Mount;
import io.berth.proto.shim.v1.Namespaces;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.RootFilesystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory, a cgroup and a root file system for a real shim; {@link #close} takes all of it away again. */
final class RealSandbox implements AutoCloseable {
    static final Path SHIM = Path.of("target/shim/berth-shim").toAbsolutePath();
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final List<String> PROGRAMS = List.of("sh", "cat", "echo", "true", "sleep", "mkdir", "kill");
    private static final List<Path> BUSYBOXES = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    private static final List<Path> CGROUPS = List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));

    private final Path directory;
    private final Path cgroup;

    RealSandbox(Path directory) throws IOException {
        this.directory = directory;
        this.cgroup = Files.createDirectory(cgroupRoot()
                .orElseThrow()
                .resolve("berth-java-test-" + ProcessHandle.current().pid()));
        Path programs = Files.createDirectories(directory.resolve("root/bin"));
        Files.copy(busybox().orElseThrow(), programs.resolve("busybox"));
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(programs.resolve(program), Path.of("busybox"));
        }
        Files.createDirectory(runDirectory());
        Files.createDirectory(directory.resolve("logs"));
    }

    /** Returns why there can be no such sandbox here, if there cannot. */
    static Optional<String> obstacle() {
        if (!ProcessStatus.current().effective().contains(Capability.SYS_ADMIN)) {
            return Optional.of("not root");
        }
        if (!Files.isExecutable(SHIM)) {
            return Optional.of("no shim was built at " + SHIM);
        }
        if (busybox().isEmpty()) {
            return Optional.of("no static busybox is installed");
        }
        return cgroupRoot().isEmpty() ? Optional.of("no cgroup v2 is mounted") : Optional.empty();
    }

    Path runDirectory() {
        return directory.resolve("run");
    }

    Path socket() {
        return runDirectory().resolve("shim.sock");
    }

    Path log(String containerId) {
        return directory.resolve("logs/" + containerId + ".log");
    }

    static CreateSandboxRequest request() {
        return CreateSandboxRequest.newBuilder()
                .setSandboxId("sandbox")
                .setNewNetwork(true)
                .setNewIpc(true)
                .setNewUts(true)
                .setHostname("pod")
                .build();
    }

    LaunchPlan.Builder plan(String containerId, String... arguments) {
        return LaunchPlan.newBuilder()
                .setContainerId(containerId)
                .setNamespaces(Namespaces.newBuilder()
                        .setNetwork(choice(Namespaces.Kind.SANDBOX))
                        .setIpc(choice(Namespaces.Kind.SANDBOX))
                        .setUts(choice(Namespaces.Kind.SANDBOX))
                        .setPid(choice(Namespaces.Kind.NEW))
                        .setMount(choice(Namespaces.Kind.NEW))
                        .setCgroup(choice(Namespaces.Kind.NEW)))
                .setRoot(RootFilesystem.newBuilder()
                        .setDirectory(directory.resolve("root").toString()))
                .addMounts(Mount.newBuilder().setDestination("/proc").setFileSystemType("proc"))
                .addMounts(Mount.newBuilder().setDestination("/dev").setFileSystemType("tmpfs"))
                .addDevices(DeviceNode.newBuilder()
                        .setPath("/dev/null")
                        .setMajor(1)
                        .setMinor(3)
                        .setMode(0666))
                .setCgroupPath(containerCgroup(containerId).toString())
                .setLogPath(log(containerId).toString())
                .setProcess(process(arguments).setCapabilities(Capabilities.getDefaultInstance()));
    }

    static ExecRequest exec(String containerId, String... arguments) {
        return ExecRequest.newBuilder()
                .setContainerId(containerId)
                .setProcess(process(arguments))
                .setOutputLimitBytes(65536)
                .build();
    }

    private static Process.Builder process(String... arguments) {
        return Process.newBuilder()
                .addAllArguments(List.of(arguments))
                .addEnvironment("PATH=/bin")
                .setWorkingDirectory("/");
    }

    private static Namespaces.Choice choice(Namespaces.Kind kind) {
        return Namespaces.Choice.newBuilder().setKind(kind).build();
    }

    private Path containerCgroup(String containerId) {
        try {
            return Files.createDirectories(cgroup.resolve(containerId));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> inner = Files.list(cgroup)) {
            for (Path path : inner.filter(Files::isDirectory).toList()) {
                Files.delete(path);
            }
        }
        Files.delete(cgroup);
    }

    private static Optional<Path> busybox() {
        // ./test fetches one and says where.
        return Stream.concat(Stream.ofNullable(System.getenv("BERTH_BUSYBOX")).map(Path::of), BUSYBOXES.stream())
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> cgroupRoot() {
        return CGROUPS.stream()
                .filter(Files::isDirectory)
                .filter(path -> SystemCalls.real().statfs(path.toString()).type() == FileSystemStatus.CGROUP2)
                .findFirst();
    }
}
