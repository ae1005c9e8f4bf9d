package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Calls that move bytes between a buffer and a descriptor: direct buffers as they are, heap buffers by a copy. */
final class Transfers {
    private Transfers() {}

    /** Fills {@code target}; {@code last} is the call's fourth argument (a position or flags). */
    static int into(SystemCallNumber call, Descriptor descriptor, ByteBuffer target, long last) {
        try (Scratch scratch = Scratch.borrow()) {
            long address;
            NativeBuffer copied = null;
            int room = target.remaining();
            if (target.isDirect()) {
                address = MemorySegment.ofBuffer(target).address();
            } else {
                copied = scratch.transfer();
                address = copied.address();
                room = Math.min(room, copied.size());
            }
            int result = (int) KernelEntry.require(
                    scratch, call, descriptor, null, descriptor.number(), address, room, last, 0, 0);
            // With MSG_TRUNC the kernel tells of more than it has put there.
            int length = Math.min(result, room);
            if (copied == null) {
                target.position(target.position() + length);
            } else {
                target.put(copied.bytes().slice(0, length));
            }
            return result;
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    /** Writes from {@code source}; {@code last} is the call's fourth argument (a position or flags). */
    static int outOf(SystemCallNumber call, Descriptor descriptor, ByteBuffer source, long last) {
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
            int result = (int) KernelEntry.require(
                    scratch, call, descriptor, null, descriptor.number(), address, length, last, 0, 0);
            source.position(source.position() + result);
            return result;
        } finally {
            Reference.reachabilityFence(source);
        }
    }
}
