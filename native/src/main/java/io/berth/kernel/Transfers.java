package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Calls that move bytes between a buffer and a descriptor: direct buffers as they are, heap buffers by a copy. */
final class Transfers {
    private Transfers() {}

    /** Fills {@code target}; {@code third} is the call's fourth argument (a position or flags). */
    static int into(SystemCallNumber call, Descriptor descriptor, ByteBuffer target, long third) {
        long result = receive(call, descriptor, target, third);
        if (result < 0) {
            throw KernelEntry.failure(call, descriptor, null, (int) -result);
        }
        return (int) result;
    }

    /** As {@link #into}, returning the error number negated in place of throwing. */
    static long receive(SystemCallNumber call, Descriptor descriptor, ByteBuffer target, long third) {
        try (Scratch scratch = Scratch.borrow()) {
            if (target.isDirect()) {
                long address = MemorySegment.ofBuffer(target).address();
                int room = target.remaining();
                long result = KernelEntry.call(scratch, call, descriptor.number(), address, room, third, 0, 0);
                advance(target, result);
                return result;
            }
            NativeBuffer memory = scratch.transfer();
            int wanted = Math.min(target.remaining(), memory.size());
            long result = KernelEntry.call(scratch, call, descriptor.number(), memory.address(), wanted, third, 0, 0);
            if (result > 0) {
                target.put(memory.bytes().slice(0, (int) Math.min(result, wanted)));
            }
            return result;
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    /** Writes from {@code source}; {@code third} is the call's fourth argument (a position or flags). */
    static int outOf(SystemCallNumber call, Descriptor descriptor, ByteBuffer source, long third) {
        try (Scratch scratch = Scratch.borrow()) {
            long address;
            int length = source.remaining();
            if (source.isDirect()) {
                address = MemorySegment.ofBuffer(source).address();
            } else {
                NativeBuffer memory = scratch.transfer();
                address = memory.address();
                length = Math.min(length, memory.size());
                memory.bytes().put(0, source, source.position(), length);
            }
            long result = KernelEntry.require(
                    scratch, call, descriptor, null, descriptor.number(), address, length, third, 0, 0);
            advance(source, result);
            return (int) result;
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    private static void advance(ByteBuffer buffer, long result) {
        if (result > 0) {
            buffer.position(buffer.position() + (int) Math.min(result, buffer.remaining()));
        }
    }
}
