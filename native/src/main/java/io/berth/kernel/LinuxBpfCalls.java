package io.berth.kernel;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** {@link BpfCalls} by system call; the structures are those of {@code union bpf_attr} in linux/bpf.h. */
interface LinuxBpfCalls extends BpfCalls {
    int PROGRAM_LOAD = 5;
    int PROGRAM_ATTACH = 8;
    int LOAD_SIZE = 72;
    int ATTACH_SIZE = 16;
    int INSTRUCTION_SIZE = 8;
    int NAME_OFFSET = 48;
    int NAME_LIMIT = 15;

    @Override
    default Descriptor loadProgram(int type, String name, byte[] instructions) {
        NativeBuffer program = NativeBuffer.allocate(instructions.length);
        program.bytes().put(0, instructions);
        try (Scratch scratch = Scratch.borrow()) {
            // No helper that is for GPL programs alone is called, so that any name of a licence will do.
            long licence = scratch.string(SystemCallNumber.BPF, "Apache-2.0");
            int at = scratch.allocate(LOAD_SIZE);
            ByteBuffer memory = scratch.memory();
            memory.putInt(at, type);
            memory.putInt(at + 4, instructions.length / INSTRUCTION_SIZE);
            memory.putLong(at + 8, program.address());
            memory.putLong(at + 16, licence);
            byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
            memory.put(at + NAME_OFFSET, letters, 0, Math.min(letters.length, NAME_LIMIT));
            long descriptor = KernelEntry.require(
                    scratch,
                    SystemCallNumber.BPF,
                    null,
                    "load " + name,
                    PROGRAM_LOAD,
                    scratch.address(at),
                    LOAD_SIZE,
                    0,
                    0,
                    0);
            return LinuxCalls.own(descriptor);
        } finally {
            // Until here the kernel had the address alone.
            Reference.reachabilityFence(program);
        }
    }

    @Override
    default void attachProgram(Descriptor cgroup, Descriptor program, int attachment, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            int at = scratch.allocate(ATTACH_SIZE);
            ByteBuffer memory = scratch.memory();
            memory.putInt(at, cgroup.number());
            memory.putInt(at + 4, program.number());
            memory.putInt(at + 8, attachment);
            memory.putInt(at + 12, flags);
            KernelEntry.require(
                    scratch,
                    SystemCallNumber.BPF,
                    cgroup,
                    null,
                    PROGRAM_ATTACH,
                    scratch.address(at),
                    ATTACH_SIZE,
                    0,
                    0,
                    0);
        }
    }
}
