package io.berth.server.cri;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The methods of a service that answer with {@link EncodedAnswer}, whatever message the service's definition names. */
final class EncodedMethods {
    private final Map<String, ServerMethodDefinition<?, EncodedAnswer>> methods = new HashMap<>();

    /** Adds a method that answers once. */
    <Q> EncodedMethods unary(MethodDescriptor<Q, ?> method, ServerCalls.UnaryMethod<Q, EncodedAnswer> implementation) {
        return add(method, ServerCalls.asyncUnaryCall(implementation));
    }

    /** Adds a method that answers any number of times. */
    <Q> EncodedMethods streaming(
            MethodDescriptor<Q, ?> method, ServerCalls.ServerStreamingMethod<Q, EncodedAnswer> implementation) {
        return add(method, ServerCalls.asyncServerStreamingCall(implementation));
    }

    private <Q> EncodedMethods add(MethodDescriptor<Q, ?> method, ServerCallHandler<Q, EncodedAnswer> handler) {
        MethodDescriptor<Q, EncodedAnswer> encoded = method.toBuilder(
                        method.getRequestMarshaller(), EncodedAnswer.MARSHALLER)
                .build();
        methods.put(method.getFullMethodName(), ServerMethodDefinition.create(encoded, handler));
        return this;
    }

    /** The service with these methods in place of its own. */
    ServerServiceDefinition in(ServerServiceDefinition service) {
        List<ServerMethodDefinition<?, ?>> all = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> own : service.getMethods()) {
            ServerMethodDefinition<?, EncodedAnswer> encoded =
                    methods.get(own.getMethodDescriptor().getFullMethodName());
            all.add(encoded == null ? own : encoded);
        }
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName());
        all.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder made = ServerServiceDefinition.builder(descriptor.build());
        all.forEach(made::addMethod);
        return made.build();
    }
}
