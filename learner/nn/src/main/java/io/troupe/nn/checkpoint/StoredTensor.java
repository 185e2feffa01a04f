package io.troupe.nn.checkpoint;

import io.troupe.tensor.Shape;

/**
 * One tensor of a safetensors file.
 *
 * @param name its name
 * @param type type of its elements
 * @param shape its sizes
 * @param offsetBytes its first byte, counted from the first byte after the header
 * @param sizeBytes bytes of all its elements
 */
public record StoredTensor(
    String name, StorageType type, Shape shape, long offsetBytes, long sizeBytes) {}
