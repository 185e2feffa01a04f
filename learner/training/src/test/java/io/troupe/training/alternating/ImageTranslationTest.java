package io.troupe.training.alternating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.cyclegan.ChannelNorm;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.CycleObjective;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.cyclegan.Discriminator;
import io.troupe.nn.cyclegan.Generator;
import io.troupe.nn.layers.Initializer;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.Tally;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageTranslationTest {
  private static final int BATCH = 6;
  private static final int SIDE = 8;
  private static final int PIXELS = SIDE * SIDE;

  private static float[] images(int seed) {
    float[] values = new float[BATCH * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Philox.of(seed).uniform(i);
    }
    return values;
  }

  /** Logits of two classes: whether the left half of an image is brighter than the right one. */
  private static Tensor halves(Tensor images) {
    Tensor rows = images.reshape(images.size(0), SIDE, SIDE).sum(1); // (batch, width)
    Tensor left = rows.narrow(1, 0, SIDE / 2).sum(1).reshape(images.size(0), 1);
    Tensor right = rows.narrow(1, SIDE / 2, SIDE / 2).sum(1).reshape(images.size(0), 1);
    return left.sub(right).matmul(Tensor.of(new float[] {-1, 1}, 1, 2));
  }

  private static int numRight(float[] images, int[] labels) {
    int right = 0;
    for (int i = 0; i < BATCH; i++) {
      double difference = 0;
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        difference += (pixel % SIDE < SIDE / 2 ? 1 : -1) * images[i * PIXELS + pixel];
      }
      right += labels[i] == (difference > 0 ? 1 : 0) ? 1 : 0;
    }
    return right;
  }

  @Test
  void anEvaluationCountsTheTranslatedImagesOfTheSameClass() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("test");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      CycleGan model =
          new CycleGan(
              new CycleGan.Architecture(
                  1,
                  4,
                  4,
                  ChannelNorm.INSTANCE,
                  new Generator.Resnet(1),
                  new Discriminator.Pixels()),
              new CycleObjective(10, 10, 0, 0),
              Direction.A_TO_B,
              Initializer.of(DType.FLOAT32, 3));
      float[] a = images(1);
      float[] b = images(2);
      int[] labels = {0, 1, 0, 1, 1, 1};
      int[] sizes = {BATCH, 1, SIDE, SIDE};
      Tally tally = new Tally();
      new ImageTranslation(
              model, Shape.of(1, SIDE, SIDE), Optional.of(ImageTranslationTest::halves))
          .evaluate(
              new MiniBatch(
                  1,
                  BATCH,
                  Map.of(
                      "input", new ArrayData.Floats(a, sizes),
                      "target", new ArrayData.Floats(b, sizes),
                      "label", new ArrayData.Ints(labels, new int[] {BATCH}),
                      "target_label", new ArrayData.Ints(labels, new int[] {BATCH}))),
              Philox.of(1),
              tally);
      Tensor toB = model.translate(Tensor.of(a, sizes), Direction.A_TO_B);
      Tensor toA = model.translate(Tensor.of(b, sizes), Direction.B_TO_A);
      Map<String, Double> means = tally.means();
      assertThat(means.get("eval_kept_class_AtoB"))
          .isEqualTo(numRight(toB.toFloats(), labels) / (double) BATCH);
      assertThat(means.get("eval_kept_class_BtoA"))
          .isEqualTo(numRight(toA.toFloats(), labels) / (double) BATCH);
      assertThat(means.get("eval_classifier_accuracy"))
          .isEqualTo((numRight(a, labels) + numRight(b, labels)) / (2.0 * BATCH));
      double error =
          distance(model.translate(toB, Direction.B_TO_A).toFloats(), a)
              + distance(model.translate(toA, Direction.A_TO_B).toFloats(), b);
      assertThat(means.get("eval_cycle_error")).isCloseTo(error / 2, within(1e-5));
    }
  }

  /** The mean difference of a pixel. */
  private static double distance(float[] images, float[] others) {
    double sum = 0;
    for (int i = 0; i < images.length; i++) {
      sum += Math.abs(images[i] - others[i]);
    }
    return sum / images.length;
  }
}
