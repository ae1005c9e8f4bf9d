package io.berth.imagefs.http;

import io.netty.handler.codec.http.HttpHeaders;

/** An answer's beginning, and its body as it comes. Whoever has it closes the body. */
public record HttpAnswer(int status, HttpHeaders headers, ResponseBody body) {}
