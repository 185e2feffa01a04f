package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/**
 * The logits of a classifier that learns from labels and from a teacher.
 *
 * @param ofLabels compared with the labels, (batch, classes)
 * @param ofTeacher compared with the teacher, the same shape; the same tensor if the classifier has
 *     one output only
 */
public record StudentLogits(Tensor ofLabels, Tensor ofTeacher) {}
