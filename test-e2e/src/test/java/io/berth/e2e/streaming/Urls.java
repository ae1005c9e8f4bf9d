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
        return exec(ExecRequest.newBuilder().setStdin(true).setStdout(true).setStderr(true), container, command);
    }

    /** With standard output only. */
    String output(String container, String... command) {
        return exec(ExecRequest.newBuilder().setStdout(true), container, command);
    }

    /** On a terminal. */
    String terminal(String container, String... command) {
        return exec(ExecRequest.newBuilder().setStdin(true).setStdout(true).setTty(true), container, command);
    }

    private String exec(ExecRequest.Builder streams, String container, String... command) {
        return client.runtime()
                .exec(streams.setContainerId(container)
                        .addAllCmd(List.of(command))
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
