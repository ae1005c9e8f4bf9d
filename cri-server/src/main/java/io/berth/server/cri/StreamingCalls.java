package io.berth.server.cri;

import io.berth.core.Runtime;
import io.berth.core.error.BerthException;
import io.berth.core.stream.StandardStreams;
import io.berth.proto.cri.v1.AttachRequest;
import io.berth.proto.cri.v1.AttachResponse;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.ExecResponse;
import io.berth.proto.cri.v1.PortForwardRequest;
import io.berth.proto.cri.v1.PortForwardResponse;
import io.berth.server.cri.mapping.Require;
import io.berth.server.streaming.StreamRequest;
import io.berth.server.streaming.StreamingServer;
import java.util.List;

/**
 * Exec, Attach and PortForward: what can be known beforehand is checked, and the answer is where to find the stream.
 */
final class StreamingCalls {
    private static final int LARGEST_PORT = 65_535;

    private final Runtime runtime;
    private final StreamingServer server;

    StreamingCalls(Runtime runtime, StreamingServer server) {
        this.runtime = runtime;
        this.server = server;
    }

    ExecResponse exec(ExecRequest request) {
        StandardStreams streams =
                new StandardStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        List<String> command = Require.notEmpty(List.copyOf(request.getCmdList()), "cmd");
        String container = runtime.streams().checkExec(Require.text(request.getContainerId(), "container_id"), command);
        return ExecResponse.newBuilder()
                .setUrl(server.url(new StreamRequest.Exec(container, command, streams)))
                .build();
    }

    AttachResponse attach(AttachRequest request) {
        StandardStreams streams =
                new StandardStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        String container =
                runtime.streams().checkAttach(Require.text(request.getContainerId(), "container_id"), streams);
        return AttachResponse.newBuilder()
                .setUrl(server.url(new StreamRequest.Attach(container, streams)))
                .build();
    }

    PortForwardResponse portForward(PortForwardRequest request) {
        List<Integer> ports = List.copyOf(request.getPortList());
        for (int port : ports) {
            if (port < 1 || port > LARGEST_PORT) {
                throw BerthException.invalidArgument("port is " + port + ", must be 1 to " + LARGEST_PORT);
            }
        }
        String sandbox = runtime.streams().checkForward(Require.text(request.getPodSandboxId(), "pod_sandbox_id"));
        return PortForwardResponse.newBuilder()
                .setUrl(server.url(new StreamRequest.Forward(sandbox, ports)))
                .build();
    }
}
