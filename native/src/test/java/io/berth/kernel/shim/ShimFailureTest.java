package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.shim.v1.Failure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShimFailureTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "exec|/bin/nope|2|''|exec /bin/nope: no such file or directory",
                "mount|/data|22|'size=many'|mount /data: invalid argument (size=many)",
                "clone|''|11|''|clone: resource temporarily unavailable",
                "decode request|''|0|'no plan'|decode request: no plan",
                "find container|abc|0|''|find container abc",
                "write sysctl|x|600|''|write sysctl x: unknown error 600",
            })
    void aFailureReadsAsASentence(String step, String subject, int errno, String detail, String message) {
        Failure failure = Failure.newBuilder()
                .setStep(step)
                .setSubject(subject)
                .setErrnoNumber(errno)
                .setDetail(detail)
                .build();
        assertThat(new ShimFailure(failure)).hasMessage(message);
    }
}
