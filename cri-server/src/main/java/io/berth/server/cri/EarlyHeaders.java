package io.berth.server.cri;

import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Answers a subscription to events with the response's headers at once, not with the first event: a subscriber that has
 * them knows that it misses nothing from then on.
 */
public final class EarlyHeaders implements ServerInterceptor {
    private static final String METHOD =
            RuntimeServiceGrpc.getGetContainerEventsMethod().getFullMethodName();

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (!call.getMethodDescriptor().getFullMethodName().equals(METHOD)) {
            return next.startCall(call, headers);
        }
        SentOnce<Q, R> once = new SentOnce<>(call);
        ServerCall.Listener<Q> listener = next.startCall(once, headers);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onHalfClose() {
                // The request is whole: the service subscribes now.
                super.onHalfClose();
                once.sendHeaders(new Metadata());
            }
        };
    }

    private static final class SentOnce<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean sent;

        SentOnce(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!sent) {
                sent = true;
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            sent = true;
            super.close(status, trailers);
        }
    }
}
