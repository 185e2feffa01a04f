/**
 * Losses with PyTorch's names, options and numbers: {@link io.troupe.nn.losses.CrossEntropyLoss}
 * first. Each is a record of its options; {@link io.troupe.nn.losses.Reduction} says what becomes
 * of the losses of single elements. Those that compare a result with a target are a {@link
 * io.troupe.nn.losses.Loss}.
 */
package io.troupe.nn.losses;
