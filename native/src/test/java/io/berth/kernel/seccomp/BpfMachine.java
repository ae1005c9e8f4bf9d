package io.berth.kernel.seccomp;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a seccomp program as the kernel does, so that a test sees what it decides. Little-endian machines. */
final class BpfMachine {
    private final ByteBuffer program;

    BpfMachine(ByteString program) {
        this.program = ByteBuffer.wrap(program.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the program's verdict on a system call. */
    int run(int architecture, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, architecture);
        for (int index = 0; index < arguments.length; index++) {
            data.putLong(16 + 8 * index, arguments[index]);
        }
        int accumulator = 0;
        int[] memory = new int[16];
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8) & 0xFFFF;
            int whenTrue = program.get(at * 8 + 2) & 0xFF;
            int whenFalse = program.get(at * 8 + 3) & 0xFF;
            int constant = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x20 -> accumulator = data.getInt(constant);
                case 0x60 -> accumulator = memory[constant];
                case 0x02 -> memory[constant] = accumulator;
                case 0x54 -> accumulator &= constant;
                case 0x05 -> at += constant;
                case 0x15 -> at += accumulator == constant ? whenTrue : whenFalse;
                case 0x25 -> at += Integer.compareUnsigned(accumulator, constant) > 0 ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, constant) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (accumulator & constant) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return constant;
                }
                default -> throw new IllegalStateException("instruction 0x" + Integer.toHexString(code));
            }
        }
    }
}
