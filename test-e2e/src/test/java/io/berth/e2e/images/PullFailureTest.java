package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.registry.Fault;
import io.berth.e2e.registry.ProxyRegistry;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A registry that misbehaves in every way known. */
class PullFailureTest {
    private static final String REPOSITORY = "failing/image";
    private static final String MANIFEST = "/manifests/1";

    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with("images", "response_timeout", "\"2s\"")
            .with("images", "progress_timeout", "\"2s\"")
            .with("images", "attempts", "2"));

    private final TestImage image = Busybox.image()
            .layer(Layer.of(tar -> tar.file("marker", "for the pulls that fail")))
            .build();
    private final String blob = image.layers().get(1).digest();
    private ProxyRegistry proxy;

    @BeforeEach
    void startTheProxy() {
        NODE.registry().client().push(REPOSITORY, "1", image);
        proxy = ProxyRegistry.to(NODE.registry());
    }

    @AfterEach
    void stopTheProxy() {
        proxy.close();
    }

    private String reference() {
        return proxy.address() + "/" + REPOSITORY + ":1";
    }

    private Refusal pullWith(String pathEnd, Fault fault) {
        proxy.misbehave(pathEnd, fault);
        Refusal refusal = Refusal.of(() -> NODE.pull(reference())).saying(proxy.address());
        proxy.behave();
        assertThat(NODE.pull(reference())).as("the next pull").isEqualTo(image.id());
        NODE.removeImage(reference());
        return refusal;
    }

    @Test
    void anUnknownImageIsNotFound() {
        Refusal.of(() -> NODE.pull(proxy.address() + "/no/such:image"))
                .is(Code.NOT_FOUND)
                .saying(proxy.address() + "/no/such:image");
    }

    @Test
    void aMissingLayerIsNotFound() {
        pullWith(blob, new Fault.Status(404, "BLOB_UNKNOWN")).is(Code.NOT_FOUND).saying(blob);
    }

    @Test
    void aRegistryThatWantsCredentialsSaysSo() {
        pullWith(MANIFEST, new Fault.Status(401, "UNAUTHORIZED"))
                .is(Code.UNAUTHENTICATED)
                .saying("401");
    }

    @Test
    void aRegistryThatForbidsSaysSo() {
        pullWith(MANIFEST, new Fault.Status(403, "DENIED"))
                .is(Code.PERMISSION_DENIED)
                .saying("403");
    }

    @Test
    void aRegistryThatHasEnoughOfUsIsExhausted() {
        pullWith(MANIFEST, new Fault.Status(429, "TOOMANYREQUESTS"))
                .is(Code.RESOURCE_EXHAUSTED)
                .saying("429");
    }

    @Test
    void aBrokenRegistryIsUnavailable() {
        pullWith(MANIFEST, new Fault.Status(500, "UNKNOWN"))
                .is(Code.UNAVAILABLE)
                .saying("500");
        pullWith(blob, new Fault.Status(500, "UNKNOWN")).is(Code.UNAVAILABLE).saying("500");
    }

    @Test
    void aLayerOfOtherBytesIsRefused() {
        pullWith(blob, new Fault.WrongBytes()).saying(blob);
    }

    @Test
    void aConfigurationOfOtherBytesIsRefused() {
        pullWith(image.id(), new Fault.WrongBytes()).saying(image.id());
    }

    @Test
    void aBodyThatBreaksOffIsRefused() {
        pullWith(blob, new Fault.Truncated()).is(Code.UNAVAILABLE).saying(blob);
    }

    @Test
    void aLayerWithoutEndIsCutOff() {
        pullWith(blob, new Fault.Endless()).saying(blob);
    }

    @Test
    void aManifestWithoutEndIsCutOff() {
        pullWith(MANIFEST, new Fault.Endless());
    }

    @Test
    void aRedirectLoopEnds() {
        pullWith(MANIFEST, new Fault.RedirectLoop()).saying("redirect");
        pullWith(blob, new Fault.RedirectLoop()).saying("redirect");
    }

    @Test
    void aSilentRegistryIsGivenUp() {
        pullWith(MANIFEST, new Fault.Silence()).is(Code.DEADLINE_EXCEEDED);
        pullWith(blob, new Fault.Silence()).is(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void aRegistryThatIsNotThereIsUnavailable() {
        String reference = reference();
        proxy.close();
        Refusal.of(() -> NODE.pull(reference)).is(Code.UNAVAILABLE).saying(proxy.address());
    }
}
