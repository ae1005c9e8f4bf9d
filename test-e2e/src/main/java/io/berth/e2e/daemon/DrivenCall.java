package io.berth.e2e.daemon;

import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * A unary call that is over, with its listener told so, when {@link #halfClose} returns: a blocking stub, which waits
 * then, has nothing to wait for. An interrupt does not end it, its deadline does.
 */
final class DrivenCall<Q, A> extends SimpleForwardingClientCall<Q, A> {
    private final DrivenConnection connection;
    private boolean over;

    DrivenCall(ClientCall<Q, A> call, DrivenConnection connection) {
        super(call);
        this.connection = connection;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
        super.start(
                new SimpleForwardingClientCallListener<>(listener) {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        over = true;
                        super.onClose(status, trailers);
                    }
                },
                headers);
    }

    /** Sends the call off, and returns when it is answered, has failed, or its deadline is over. */
    @Override
    public void halfClose() {
        super.halfClose();
        connection.drive(() -> over);
    }
}
