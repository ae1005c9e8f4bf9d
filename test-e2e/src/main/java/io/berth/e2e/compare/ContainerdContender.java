package io.berth.e2e.compare;

import io.berth.e2e.daemon.ContainerdDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A containerd whose pods one OCI runtime runs, on a bridge that the CNI plugins of the distribution make. */
final class ContainerdContender implements Contender {
    private static final String SHIM = "containerd-shim-runc-v2";

    private final String name;
    private final Path program;
    private final Path runtime;
    private final ContainerdDaemon daemon;
    private final Path disk;

    private ContainerdContender(String name, Path program, Path runtime, ContainerdDaemon daemon, Path disk) {
        this.name = name;
        this.program = program;
        this.runtime = runtime;
        this.daemon = daemon;
        this.disk = disk;
    }

    /**
     * Starts a daemon.
     *
     * @param volatileDirectory for what lasts as long as the machine is up, as /run
     * @param disk for all else
     */
    static ContainerdContender start(
            Path program, Path runtime, ContainerdSettings settings, Path volatileDirectory, Path disk) {
        settings.writeNetwork(volatileDirectory);
        ContainerdDaemon daemon = ContainerdDaemon.start(
                program,
                disk.resolve("root"),
                volatileDirectory,
                settings.plugins(volatileDirectory, runtime),
                settings.environment(),
                CriClient::drivenByThisThread);
        return new ContainerdContender("containerd+" + runtime.getFileName(), program, runtime, daemon, disk);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String versions() {
        String[] words = Command.output(program.toString(), "--version").split(" ", -1);
        return "containerd " + words[2] + ", "
                + Command.output(runtime.toString(), "--version")
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .replace(" version", "");
    }

    @Override
    public CriClient client() {
        return daemon.client();
    }

    @Override
    public Path logs() {
        return disk.resolve("logs");
    }

    @Override
    public List<Path> directories() {
        return List.of(daemon.socket().getParent(), disk.resolve("root"));
    }

    @Override
    public long daemon() {
        return daemon.pid();
    }

    /** A shim names its daemon's socket; what holds a pod's namespaces is a child of its shim. */
    @Override
    public List<Long> helpers() {
        return ProcessHandle.allProcesses()
                .filter(process -> isShim(process.pid()) || holdsNamespaces(process))
                .map(ProcessHandle::pid)
                .toList();
    }

    @Override
    public void terminate() {
        daemon.terminate();
    }

    @Override
    public void start() {
        daemon.start();
    }

    @Override
    public void close() {
        daemon.close();
    }

    private boolean holdsNamespaces(ProcessHandle process) {
        return program(process.pid()).equals(ContainerdSettings.PAUSE)
                && process.parent().filter(parent -> isShim(parent.pid())).isPresent();
    }

    private boolean isShim(long pid) {
        List<String> words = words(pid);
        return words.getFirst().endsWith(SHIM) && words.contains(daemon.socket().toString());
    }

    private static String program(long pid) {
        return words(pid).getFirst();
    }

    private static List<String> words(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return List.of(line.split("\0", -1));
        } catch (IOException ended) {
            return List.of("");
        }
    }
}
