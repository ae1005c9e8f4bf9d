package io.berth.server.error;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.imagefs.ImageException;
import io.berth.network.NetworkException;
import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class StatusMapperTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(StatusMapper.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void everyKindOfTheCoreIsTheCodeOfItsName(ErrorKind kind) {
        Status status =
                StatusMapper.toStatus(new BerthException(kind, "what and why")).getStatus();
        assertThat(status.getCode().name()).isEqualTo(kind.name());
        assertThat(status.getDescription()).isEqualTo("what and why");
        assertThat(status.getCause()).isNull();
    }

    @ParameterizedTest
    @EnumSource(ImageException.Kind.class)
    void everyKindOfTheImagesHasACode(ImageException.Kind kind) {
        Status status =
                StatusMapper.toStatus(new ImageException(kind, "pulling x: no")).getStatus();
        assertThat(status.getCode()).isNotIn(Status.Code.OK, Status.Code.UNKNOWN);
        assertThat(status.getDescription()).isEqualTo("pulling x: no");
    }

    @Test
    void theCodesThatPeopleLookForAreRight() {
        assertThat(code(new ImageException(ImageException.Kind.RATE_LIMITED, "")))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(code(new ImageException(ImageException.Kind.NO_SPACE, "")))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(code(new ImageException(ImageException.Kind.UNAUTHENTICATED, "")))
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(new ImageException(ImageException.Kind.AMBIGUOUS, ""))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(code(new NetworkException(NetworkException.Kind.ALREADY_EXISTS, "map", "port 80", "taken")))
                .isEqualTo(Status.Code.ALREADY_EXISTS);
    }

    @Test
    void theUnexpectedIsLoggedWithAnIdAndHiddenFromTheCaller() {
        Status status = StatusMapper.toStatus(new IllegalStateException("secret inner detail"))
                .getStatus();
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).doesNotContain("secret").doesNotContain("\tat ");
        Matcher id = Pattern.compile("internal error ([0-9a-f]{8}) ").matcher(String.valueOf(status.getDescription()));
        assertThat(id.find()).isTrue();
        assertThat(log.list).hasSize(1);
        assertThat(log.list.getFirst().getKeyValuePairs().getFirst().value).isEqualTo(id.group(1));
        assertThat(log.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("secret inner detail");
    }

    @Test
    void anInternalErrorOfTheCoreIsLoggedWithItsCause() {
        StatusMapper.toStatus(new BerthException(ErrorKind.INTERNAL, "broken", new IllegalStateException("why")));
        assertThat(log.list).hasSize(1);
        assertThat(log.list.getFirst().getThrowableProxy()).isNotNull();
    }

    @Test
    void whatTheCallerDidWrongIsNotLoggedHere() {
        StatusMapper.toStatus(new BerthException(ErrorKind.NOT_FOUND, "no such pod"));
        assertThat(log.list).isEmpty();
    }

    @Test
    void aDescriptionFitsIntoAHeader() {
        Status status = StatusMapper.toStatus(new BerthException(ErrorKind.INTERNAL, "x".repeat(100_000)))
                .getStatus();
        assertThat(String.valueOf(status.getDescription()))
                .hasSizeLessThan(5000)
                .endsWith("(cut)");
    }

    private static Status.Code code(Throwable error) {
        return StatusMapper.toStatus(error).getStatus().getCode();
    }
}
