package io.berth.e2e.tour;

import io.berth.e2e.daemon.CriClient;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What {@code ./run} runs: a first pod through the CRI socket, told step by step; or the end of all pods. */
public final class FirstPod {
    private static final String USAGE =
            "usage: FirstPod SOCKET answers | SOCKET show LOG_DIRECTORY [IMAGE] | SOCKET remove-all";

    private FirstPod() {}

    /** Exits with 0 when all went well, else with 1 and one line that says what did not. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> words = List.of(arguments);
        if (words.size() < 2) {
            throw new IllegalArgumentException(USAGE);
        }
        Path socket = Path.of(words.get(0));
        int status = 0;
        try (CriClient client = new CriClient(socket)) {
            switch (words.get(1)) {
                case "show" -> {
                    Guest guest = words.size() > 3 ? Guest.pulled(words.get(3)) : Guest.carriedImage();
                    new Story(client, out, socket, Path.of(words.get(2))).tell(guest);
                }
                case "answers" -> client.runtime().version(VersionRequest.getDefaultInstance());
                case "remove-all" -> client.removePods();
                default -> throw new IllegalArgumentException(USAGE);
            }
        } catch (StatusRuntimeException failure) {
            out.println("failed: " + failure.getStatus().getCode() + ": "
                    + failure.getStatus().getDescription());
            status = 1;
        }
        System.exit(status);
    }
}
