package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.core.container.ExecResult;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.error.Translation;
import io.berth.core.plan.ProcessCompiler;
import io.berth.core.spec.SpecJson;
import io.berth.proto.shim.v1.ExecReply;
import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.Process;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What is done with containers that run: ExecSync, logs. */
@SuppressWarnings("AvoidCommonTypeNames") // the shim protocol's Process
final class ContainerCommands {
    private static final Duration NO_TIMEOUT = Duration.ofDays(365);

    private final Parts parts;

    ContainerCommands(Parts parts) {
        this.parts = parts;
    }

    CompletionStage<ExecResult> execSync(String id, List<String> command, Duration timeout) {
        ContainerEntry entry = parts.containers().get(id);
        check(command);
        requireRunning(entry);
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(entry.id())
                .setProcess(ProcessCompiler.another(process(entry), command))
                .setTimeoutMilliseconds(timeout.toMillis())
                .setOutputLimitBytes(parts.config().execOutputLimitBytes())
                .build();
        Duration deadline =
                timeout.isZero() ? NO_TIMEOUT : timeout.plus(parts.config().shimDeadline());
        try {
            return entry.sandbox().requireShim().exec(request, deadline).handle((reply, failure) -> {
                if (failure != null) {
                    throw translated(failure);
                }
                return result(entry, command, timeout, reply);
            });
        } catch (RuntimeException failure) {
            throw Translation.of("", failure);
        }
    }

    private static BerthException translated(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> translated(wrapped.getCause());
            case RuntimeException known -> Translation.of("", known);
            default -> new BerthException(ErrorKind.INTERNAL, String.valueOf(failure.getMessage()), failure);
        };
    }

    private static ExecResult result(ContainerEntry entry, List<String> command, Duration timeout, ExecReply reply) {
        if (reply.getTimedOut()) {
            throw new BerthException(
                    ErrorKind.DEADLINE_EXCEEDED,
                    "the command " + command + " in the container " + entry.id() + " did not end within "
                            + text(timeout) + " and was killed");
        }
        return new ExecResult(
                reply.getExitCode(),
                reply.getStandardOutput().toByteArray(),
                reply.getStandardError().toByteArray(),
                reply.getOutputTruncated());
    }

    /** Refuses what cannot be a command. */
    static void check(List<String> command) {
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw BerthException.invalidArgument("cmd is empty: it names the program to run");
        }
        if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw BerthException.invalidArgument("cmd has a NUL character");
        }
    }

    private static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** The container's first process, after which others are made. */
    Process process(ContainerEntry entry) {
        LaunchPlan plan = entry.plan();
        if (plan == null) {
            // A daemon that was started after the container: the specification is where it was put.
            plan = LaunchPlan.newBuilder()
                    .setProcess(parts.plans()
                            .process(SpecJson.read(parts.directories().spec(entry.id()))))
                    .build();
            entry.plan(plan);
        }
        return plan.getProcess();
    }

    void reopenLog(String id) {
        ContainerEntry entry = parts.containers().get(id);
        requireRunning(entry);
        try {
            entry.sandbox().requireShim().reopenLog(entry.id(), parts.config().shimDeadline());
        } catch (RuntimeException failure) {
            throw Translation.of("reopening the log of the container " + entry.id(), failure);
        }
    }

    private static void requireRunning(ContainerEntry entry) {
        if (!(entry.container().state() instanceof ContainerState.Running)) {
            throw BerthException.failedPrecondition("the container " + entry.id() + " is not running");
        }
    }
}
