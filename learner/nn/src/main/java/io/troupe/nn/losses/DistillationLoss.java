package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/** Compares the logits of a student with those of a teacher. */
public sealed interface DistillationLoss {
  /**
   * The mean over the examples.
   *
   * @param student (batch, classes)
   * @param teacher the same shape, without a gradient
   */
  Tensor forward(Tensor student, Tensor teacher);

  /** Cross-entropy with the teacher's decision (arXiv:2012.12877, equation 3). */
  record Hard() implements DistillationLoss {
    private static final CrossEntropyLoss LOSS = CrossEntropyLoss.of();

    @Override
    public Tensor forward(Tensor student, Tensor teacher) {
      return LOSS.forward(student, teacher.argmax());
    }
  }

  /**
   * The divergence from the teacher's distribution at a temperature, times its square
   * (arXiv:1503.02531; arXiv:2012.12877, equation 2). The code of DeiT divides by the number of
   * classes as well.
   *
   * @param tau divides both logits, above 0
   */
  record Soft(double tau) implements DistillationLoss {
    private static final KLDivLoss LOSS = new KLDivLoss(true, Reduction.BATCH_MEAN);

    @Override
    public Tensor forward(Tensor student, Tensor teacher) {
      Tensor input = student.div(tau).logSoftmax();
      Tensor target = teacher.div(tau).logSoftmax();
      return LOSS.forward(input, target).mul(tau * tau);
    }
  }
}
