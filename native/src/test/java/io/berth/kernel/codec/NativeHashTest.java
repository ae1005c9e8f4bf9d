package io.berth.kernel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeHashTest {
    @ParameterizedTest
    @CsvSource({"sha256,SHA-256,0", "sha256,SHA-256,1", "sha256,SHA-256,1000003", "sha512,SHA-512,777777"})
    void hashesAsTheJdkDoes(String algorithm, String name, int length) throws GeneralSecurityException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        Optional<NativeHash> made = NativeHash.of(algorithm);
        assumeThat(made).as("libcrypto is installed").isPresent();
        try (NativeHash hash = made.orElseThrow()) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(length).put(content).flip();
            int middle = length / 3;
            hash.update(bytes.slice(0, middle));
            hash.update(bytes.position(middle));
            assertThat(bytes.position()).isEqualTo(middle);
            assertThat(hash.finish()).isEqualTo(MessageDigest.getInstance(name).digest(content));
        }
    }
}
