package io.berth.server.metrics;

import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the CRI's methods. */
final class KnownMethods {
    static final Set<String> NAMES = Stream.concat(
                    RuntimeServiceGrpc.getServiceDescriptor().getMethods().stream(),
                    ImageServiceGrpc.getServiceDescriptor().getMethods().stream())
            .map(MethodDescriptor::getBareMethodName)
            .collect(Collectors.toUnmodifiableSet());

    private KnownMethods() {}
}
