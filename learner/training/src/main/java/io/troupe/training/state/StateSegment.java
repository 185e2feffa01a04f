package io.troupe.training.state;

import java.lang.foreign.MemorySegment;

/**
 * A tensor of a state.
 *
 * @param name name of the tensor
 * @param content its elements in row-major order and native byte order
 */
public record StateSegment(String name, MemorySegment content) {}
