package io.troupe.nn.summary;

import io.troupe.tensor.Shape;

/**
 * An operation of a prediction that reads parameters, mixes positions, or changes the size of an
 * image.
 *
 * @param name of the module whose parameters it reads, such as {@code layer1.0.conv1}; empty if it
 *     reads none
 * @param operation such as {@code conv2d}
 * @param output shape of its result
 * @param parameters elements of the parameters that no operation before has read
 * @param multiplyAdds multiplications with an addition, counted by definition; 0 for operations
 *     other than products
 * @param reach the part of the input image that an element of the result depends on
 */
public record LayerSummary(
    String name, String operation, Shape output, long parameters, long multiplyAdds, Reach reach) {}
