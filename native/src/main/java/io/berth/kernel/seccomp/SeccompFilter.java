package io.berth.kernel.seccomp;

import com.google.protobuf.ByteString;

/**
 * A compiled profile, ready for the launch plan.
 *
 * @param program an array of {@code struct sock_filter} in the machine's byte order
 * @param flags {@code SECCOMP_FILTER_FLAG_*} for {@code seccomp(2)}
 */
public record SeccompFilter(ByteString program, int flags) {}
