package io.berth.e2e.streaming;

import io.berth.e2e.daemon.CriClient;
import io.berth.proto.cri.v1.AttachRequest;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.PortForwardRequest;
import java.util.List;

/** Asks for streams, and answers with their URLs. */
record Urls(CriClient client) {
    /** With all of the streams that a command without a terminal has. */
    String exec(String container, String... command) {
        return client.runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setStdin(true)
                        .setStdout(true)
                        .setStderr(true)
                        .build())
                .getUrl();
    }

    /** With standard output only. */
    String output(String container, String... command) {
        return client.runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setStdout(true)
                        .build())
                .getUrl();
    }

    /** On a terminal. */
    String terminal(String container, String... command) {
        return client.runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setStdin(true)
                        .setStdout(true)
                        .setTty(true)
                        .build())
                .getUrl();
    }

    String attach(String container, boolean input) {
        return client.runtime()
                .attach(AttachRequest.newBuilder()
                        .setContainerId(container)
                        .setStdin(input)
                        .setStdout(true)
                        .setStderr(true)
                        .build())
                .getUrl();
    }

    String forward(String sandbox, int... ports) {
        PortForwardRequest.Builder request = PortForwardRequest.newBuilder().setPodSandboxId(sandbox);
        for (int port : ports) {
            request.addPort(port);
        }
        return client.runtime().portForward(request.build()).getUrl();
    }
}
