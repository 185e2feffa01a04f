/**
 * Losses with PyTorch's names, options and results. Each loss is a record of its options; {@link
 * io.troupe.nn.losses.Reduction} defines the reduction over elements. Losses of an output and a
 * target are a {@link io.troupe.nn.losses.Loss}. Read {@link io.troupe.nn.losses.CrossEntropyLoss}
 * first.
 */
package io.troupe.nn.losses;
