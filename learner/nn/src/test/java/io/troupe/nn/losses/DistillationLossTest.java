package io.troupe.nn.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DistillationLossTest {
  private static final double[] STUDENT = {0.5, -1, 2, 1, 0, -0.5};
  private static final double[] TEACHER = {3, 0, 1, -1, 0.2, 0.4};
  private static final int CLASSES = 3;

  @AutoClose private static final Engine ENGINE = Engine.of(CpuBackend.create(1));

  private static double[] distribution(double[] logits, int row, double tau) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      p[c] = Math.exp(logits[row * CLASSES + c] / tau);
      sum += p[c];
    }
    for (int c = 0; c < CLASSES; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static double loss(DistillationLoss loss) {
    try (Scope _ = ENGINE.open("loss")) {
      Tensor student = Tensor.of(STUDENT, 2, CLASSES);
      Tensor teacher = Tensor.of(TEACHER, 2, CLASSES);
      return loss.forward(student, teacher).item();
    }
  }

  @Test
  void hardDistillationLearnsTheDecisionsOfTheTeacher() {
    double expected =
        -(Math.log(distribution(STUDENT, 0, 1)[0]) + Math.log(distribution(STUDENT, 1, 1)[2])) / 2;
    assertThat(loss(new DistillationLoss.Hard())).isCloseTo(expected, within(1e-12));
  }

  @Test
  void softDistillationLearnsTheDistributionsOfTheTeacher() {
    double tau = 3;
    double divergence = 0;
    for (int row = 0; row < 2; row++) {
      double[] p = distribution(TEACHER, row, tau);
      double[] q = distribution(STUDENT, row, tau);
      for (int c = 0; c < CLASSES; c++) {
        divergence += p[c] * Math.log(p[c] / q[c]);
      }
    }
    assertThat(loss(new DistillationLoss.Soft(tau)))
        .isCloseTo(tau * tau * divergence / 2, within(1e-12));
  }
}
