package io.berth.kernel.seccomp;

import io.berth.kernel.Architecture;
import io.berth.kernel.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Instructions before a program that answer ENOSYS to system calls newer than every call that the profile names. C
 * libraries try a new call first and fall back to the old one on ENOSYS only: a profile written before the call
 * existed, which refuses what it does not name with EPERM, would break them.
 */
final class NewCallsPrelude {
    /** {@code struct sock_filter}. */
    private static final int INSTRUCTION_SIZE = 8;

    private static final int LOAD = 0x20;
    private static final int JUMP_ALWAYS = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER = 0x25;
    private static final int JUMP_GREATER_OR_EQUAL = 0x35;
    private static final int RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;

    /** {@code __X32_SYSCALL_BIT}: x32 shares x86-64's architecture and is told by this bit of the number. */
    private static final int X32_BIT = 0x40000000;

    private static final int NOT_IMPLEMENTED = 0x00050000 | Errno.ENOSYS.number();

    private record Instruction(int code, int whenTrue, int whenFalse, int constant) {}

    private NewCallsPrelude() {}

    /**
     * Returns {@code program} with the instructions before it.
     *
     * @param newest the highest number that the profile names, by {@code AUDIT_ARCH_*}
     * @param newestX32 the same for x32, with its bit, or 0 where the profile has no x32
     */
    static ByteBuffer before(ByteBuffer program, Map<Integer, Integer> newest, int newestX32) {
        List<Instruction> prelude = new ArrayList<>();
        prelude.add(new Instruction(LOAD, 0, 0, ARCHITECTURE));
        newest.forEach((architecture, number) -> {
            List<Instruction> block = architecture == Architecture.X86_64.auditArchitecture()
                    ? blockWithX32(number, newestX32)
                    : block(number);
            prelude.add(new Instruction(JUMP_EQUAL, 0, block.size(), architecture));
            prelude.addAll(block);
        });
        ByteBuffer whole = ByteBuffer.allocate(prelude.size() * INSTRUCTION_SIZE + program.remaining())
                .order(ByteOrder.nativeOrder());
        for (int index = 0; index < prelude.size(); index++) {
            Instruction instruction = prelude.get(index);
            // A jump to the program's first instruction is only known now.
            int constant = instruction.code() == JUMP_ALWAYS ? prelude.size() - index - 1 : instruction.constant();
            whole.putShort((short) instruction.code())
                    .put((byte) instruction.whenTrue())
                    .put((byte) instruction.whenFalse())
                    .putInt(constant);
        }
        return whole.put(program).flip();
    }

    private static List<Instruction> block(int newest) {
        return List.of(
                new Instruction(LOAD, 0, 0, NUMBER),
                new Instruction(JUMP_GREATER, 0, 1, newest),
                new Instruction(RETURN, 0, 0, NOT_IMPLEMENTED),
                new Instruction(JUMP_ALWAYS, 0, 0, 0));
    }

    private static List<Instruction> blockWithX32(int newest, int newestX32) {
        // Without x32 in the profile its calls go to the program, which refuses the architecture.
        int limit = newestX32 == 0 ? -1 : newestX32;
        return List.of(
                new Instruction(LOAD, 0, 0, NUMBER),
                new Instruction(JUMP_GREATER_OR_EQUAL, 1, 0, X32_BIT),
                new Instruction(JUMP_GREATER, 1, 2, newest),
                new Instruction(JUMP_GREATER, 0, 1, limit),
                new Instruction(RETURN, 0, 0, NOT_IMPLEMENTED),
                new Instruction(JUMP_ALWAYS, 0, 0, 0));
    }
}
