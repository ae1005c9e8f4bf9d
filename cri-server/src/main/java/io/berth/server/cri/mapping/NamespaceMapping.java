package io.berth.server.cri.mapping;

import io.berth.core.security.IdMapping;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.UserNamespace;
import io.berth.proto.cri.v1.IDMapping;
import io.berth.proto.cri.v1.NamespaceOption;
import java.util.ArrayList;
import java.util.List;

/** Namespaces and maps of ids. */
final class NamespaceMapping {
    private NamespaceMapping() {}

    static NamespaceOptions toCore(NamespaceOption options, String field) {
        UserNamespace user = null;
        if (options.hasUsernsOptions()) {
            io.berth.proto.cri.v1.UserNamespace asked = options.getUsernsOptions();
            user = new UserNamespace(
                    mode(asked.getMode(), asked.getModeValue(), field + ".userns_options.mode"),
                    idMappings(asked.getUidsList()),
                    idMappings(asked.getGidsList()));
        }
        return new NamespaceOptions(
                mode(options.getNetwork(), options.getNetworkValue(), field + ".network"),
                mode(options.getPid(), options.getPidValue(), field + ".pid"),
                mode(options.getIpc(), options.getIpcValue(), field + ".ipc"),
                options.getTargetId(),
                user);
    }

    static NamespaceOption toCri(NamespaceOptions options) {
        NamespaceOption.Builder builder = NamespaceOption.newBuilder()
                .setNetwork(mode(options.network()))
                .setPid(mode(options.pid()))
                .setIpc(mode(options.ipc()))
                .setTargetId(options.targetId());
        UserNamespace user = options.userNamespace();
        if (user != null) {
            io.berth.proto.cri.v1.UserNamespace.Builder userBuilder =
                    io.berth.proto.cri.v1.UserNamespace.newBuilder().setMode(mode(user.mode()));
            user.uids().forEach(mapping -> userBuilder.addUids(toCri(mapping)));
            user.gids().forEach(mapping -> userBuilder.addGids(toCri(mapping)));
            builder.setUsernsOptions(userBuilder);
        }
        return builder.build();
    }

    static List<IdMapping> idMappings(List<IDMapping> mappings) {
        List<IdMapping> mapped = new ArrayList<>(mappings.size());
        mappings.forEach(mapping -> mapped.add(new IdMapping(
                Integer.toUnsignedLong(mapping.getHostId()),
                Integer.toUnsignedLong(mapping.getContainerId()),
                Integer.toUnsignedLong(mapping.getLength()))));
        return mapped;
    }

    static IDMapping toCri(IdMapping mapping) {
        return IDMapping.newBuilder()
                .setHostId((int) mapping.hostId())
                .setContainerId((int) mapping.containerId())
                .setLength((int) mapping.length())
                .build();
    }

    private static NamespaceMode mode(io.berth.proto.cri.v1.NamespaceMode mode, int number, String field) {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED -> throw Require.unknown(field, mode, number);
        };
    }

    private static io.berth.proto.cri.v1.NamespaceMode mode(NamespaceMode mode) {
        return switch (mode) {
            case POD -> io.berth.proto.cri.v1.NamespaceMode.POD;
            case CONTAINER -> io.berth.proto.cri.v1.NamespaceMode.CONTAINER;
            case NODE -> io.berth.proto.cri.v1.NamespaceMode.NODE;
            case TARGET -> io.berth.proto.cri.v1.NamespaceMode.TARGET;
        };
    }
}
