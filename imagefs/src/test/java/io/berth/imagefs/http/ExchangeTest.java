package io.berth.imagefs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Exchange exchange = new Exchange();

    @Test
    void noAnswerIsTakenAfterItWasCancelled() {
        exchange.cancel();
        exchange.received(answer());
        assertThatThrownBy(() -> exchange.head(PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessage("cancelled");
    }

    @Test
    void whatComesOfABodyAfterItWasCancelledIsReleased() {
        ByteBuf content = Unpooled.directBuffer().writeInt(1);
        exchange.received(answer());
        exchange.cancel();
        exchange.received(new DefaultLastHttpContent(content));
        assertThat(content.refCnt()).isZero();
        assertThatThrownBy(() -> exchange.take(PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessage("cancelled");
    }

    private static HttpResponse answer() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    }
}
