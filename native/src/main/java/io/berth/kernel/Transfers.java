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
            MemorySegment memory = scratch.transfer();
            long wanted = Math.min(target.remaining(), memory.byteSize());
            long result = KernelEntry.call(scratch, call, descriptor.number(), memory.address(), wanted, third, 0, 0);
            if (result > 0) {
                target.put(memory.asSlice(0, Math.min(result, wanted)).asByteBuffer());
            }
            return result;
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    /** Writes from {@code source}; {@code third} is the call's fourth argument (a position or flags). */
    static int outOf(SystemCallNumber call, Descriptor descriptor, ByteBuffer source, long third) {
        try (Scratch scratch = Scratch.borrow()) {
            MemorySegment memory;
            long length;
            if (source.isDirect()) {
                memory = MemorySegment.ofBuffer(source);
                length = source.remaining();
            } else {
                memory = scratch.transfer();
                length = Math.min(source.remaining(), memory.byteSize());
                memory.asByteBuffer().put(source.slice(source.position(), (int) length));
            }
            long result = KernelEntry.require(
                    scratch, call, descriptor, null, descriptor.number(), memory.address(), length, third, 0, 0);
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
