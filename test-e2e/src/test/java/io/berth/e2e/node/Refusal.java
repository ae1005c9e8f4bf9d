package io.berth.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A call that must be refused: with the right code, and a message that a person can act on. */
public final class Refusal {
    private final Status status;

    private Refusal(Status status) {
        this.status = status;
    }

    /** Makes the call, which must fail. */
    public static Refusal of(ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure).as("the call's failure").isNotNull();
        return new Refusal(failure.getStatus());
    }

    /** The code must be this one. */
    public Refusal is(Status.Code code) {
        assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
        return this;
    }

    /** The message must say all of this. */
    public Refusal saying(CharSequence... parts) {
        assertThat(message()).contains(parts);
        return this;
    }

    public String message() {
        return String.valueOf(status.getDescription());
    }
}
