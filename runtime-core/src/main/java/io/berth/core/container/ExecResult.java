package io.berth.core.container;

/**
 * How a command that was run in a container ended.
 *
 * @param exitCode 0-255, 128 + signal for a killed process
 * @param standardOutput owned by the receiver
 * @param standardError owned by the receiver
 * @param outputTruncated whether more was printed than is kept
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record ExecResult(int exitCode, byte[] standardOutput, byte[] standardError, boolean outputTruncated) {}
