package io.berth.kernel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The program that decides by a list of rules ({@code struct bpf_cgroup_dev_ctx} of linux/bpf.h). Each access that is
 * asked for (read, write, make) is decided by the last rule that speaks of it and of that device; one that no rule
 * speaks of is denied, and all of them must be allowed.
 */
final class DeviceProgram {
    private static final int INSTRUCTION_SIZE = 8;
    private static final int CONSEQUENCE = 4;
    private static final int LONGEST_RULE = 5 + CONSEQUENCE;
    private static final int FRAME = 8;

    // Registers: r0 the answer, r1 the context, r2 the kind, r3 what is still to be decided, r4 a number.
    private static final int ANSWER = 0;
    private static final int CONTEXT = 1;
    private static final int KIND = 2;
    private static final int WANTED = 3;
    private static final int NUMBER = 4;

    // Operations: class, width and kind of operand (linux/bpf_common.h, linux/bpf.h).
    private static final int LOAD_WORD = 0x61;
    private static final int MOVE = 0xb7;
    private static final int AND_32 = 0x54;
    private static final int SHIFT_RIGHT_32 = 0x74;
    private static final int MOVE_REGISTER_32 = 0xbc;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_NOT_EQUAL = 0x55;
    private static final int JUMP_IF_NOT_EQUAL_32 = 0x56;
    private static final int JUMP_IF_BIT_32 = 0x46;
    private static final int EXIT = 0x95;

    private final ByteBuffer code;

    private DeviceProgram(int rules) {
        this.code = ByteBuffer.allocate((rules * LONGEST_RULE + FRAME) * INSTRUCTION_SIZE)
                .order(ByteOrder.nativeOrder());
    }

    /** The instructions for these rules, later ones before earlier ones. */
    static byte[] of(List<DeviceRule> rules) {
        DeviceProgram program = new DeviceProgram(rules.size());
        program.readContext();
        rules.reversed().forEach(program::rule);
        program.answer(false);
        byte[] bytes = new byte[program.code.position()];
        program.code.get(0, bytes);
        return bytes;
    }

    private void readContext() {
        // The first word holds the accesses above and the kind below.
        add(LOAD_WORD, KIND, CONTEXT, 0, 0);
        add(MOVE_REGISTER_32, WANTED, KIND, 0, 0);
        add(SHIFT_RIGHT_32, WANTED, 0, 0, 16);
        add(AND_32, KIND, 0, 0, 0xffff);
    }

    private void rule(DeviceRule rule) {
        // Each condition that does not hold jumps over what is left of this rule.
        int left = CONSEQUENCE
                + (rule.kind() == null ? 0 : 1)
                + (rule.major() == null ? 0 : 2)
                + (rule.minor() == null ? 0 : 2);
        if (rule.kind() != null) {
            left--;
            add(JUMP_IF_NOT_EQUAL, KIND, 0, left, rule.kind().number());
        }
        // The numbers are read again for each rule: what the kernel's verifier had learnt of them from the rule before
        // would make it follow every pair of rules.
        if (rule.major() != null) {
            left -= 2;
            add(LOAD_WORD, NUMBER, CONTEXT, 4, 0);
            add(JUMP_IF_NOT_EQUAL_32, NUMBER, 0, left, rule.major());
        }
        if (rule.minor() != null) {
            left -= 2;
            add(LOAD_WORD, NUMBER, CONTEXT, 8, 0);
            add(JUMP_IF_NOT_EQUAL_32, NUMBER, 0, left, rule.minor());
        }
        if (rule.allow()) {
            add(AND_32, WANTED, 0, 0, ~rule.accessBits());
            add(JUMP_IF_NOT_EQUAL, WANTED, 0, 2, 0);
            answer(true);
        } else {
            add(JUMP_IF_BIT_32, WANTED, 0, 1, rule.accessBits());
            add(JUMP, 0, 0, 2, 0);
            answer(false);
        }
    }

    private void answer(boolean allowed) {
        add(MOVE, ANSWER, 0, 0, allowed ? 1 : 0);
        add(EXIT, 0, 0, 0, 0);
    }

    private void add(int operation, int destination, int source, int offset, int immediate) {
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        code.put((byte) operation);
        code.put((byte) (little ? destination | source << 4 : destination << 4 | source));
        code.putShort((short) offset);
        code.putInt(immediate);
    }
}
