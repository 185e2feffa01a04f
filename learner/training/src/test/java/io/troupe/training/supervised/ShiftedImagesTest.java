package io.troupe.training.supervised;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.vit.Pooling;
import io.troupe.nn.vit.Positions;
import io.troupe.nn.vit.ViTConfig;
import io.troupe.nn.vit.VisionTransformer;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.Optimizer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What relative positions gain under shifts. The class of an image is the direction of two marked
 * patches: side by side, or one above the other. In training they are in the upper left quarter of
 * the image, in the test in the lower right one.
 */
class ShiftedImagesTest {
  private static final int GRID = 6;
  private static final int PATCH = 2;
  private static final int SIZE = GRID * PATCH;
  private static final int BATCH = 32;
  private static final int STEPS = 600;

  /** Training ends early below this loss. */
  private static final double TRAINED = 0.02;

  @AutoClose private static final Engine ENGINE = Engine.of(CpuBackend.create(1));

  @Test
  void relativePositionsRecognizeShiftedPatterns() {
    double relative = accuracyOnShiftedImages(Positions.RELATIVE);
    double learned = accuracyOnShiftedImages(Positions.LEARNED);
    assertThat(relative).as("relative").isGreaterThan(0.95);
    assertThat(learned).as("learned").isLessThan(0.75);
  }

  private static double accuracyOnShiftedImages(Positions positions) {
    ViTConfig config = new ViTConfig(SIZE, PATCH, 1, 2, 16, 2, 2, 2, positions, Pooling.AVG);
    try (Scope weights = ENGINE.longLived("weights")) {
      VisionTransformer model;
      try (Scope.Entered _ = weights.enter()) {
        model = new VisionTransformer(config, Initializer.of(DType.FLOAT32, 3));
      }
      train(model);
      try (Scope _ = ENGINE.open("test")) {
        Images shifted = images(STEPS, GRID / 2);
        int[] predicted = model.forward(shifted.pixels()).argmax().toInts();
        int[] labels = shifted.labels().toInts();
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
          right += predicted[i] == labels[i] ? 1 : 0;
        }
        return right / (double) labels.length;
      }
    }
  }

  private static void train(VisionTransformer model) {
    OptimizerConfig adam =
        new OptimizerConfig.Adam(3e-3, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0);
    try (Optimizer optimizer = Optimizer.of(adam, model.namedParameters())) {
      for (int step = 0; step < STEPS; step++) {
        try (Scope _ = ENGINE.open("step")) {
          Images images = images(step, 0);
          Tensor logits = model.forward(images.pixels());
          Tensor loss = CrossEntropyLoss.of().forward(logits, images.labels());
          if (loss.item() < TRAINED) {
            return;
          }
          loss.backward();
          optimizer.step(3e-3, optimizer.gradNorm());
          optimizer.zeroGrad();
        }
      }
    }
  }

  private record Images(Tensor pixels, Tensor labels) {}

  /** Images whose pattern is in the quarter that starts at the given row and column. */
  private static Images images(int batch, int start) {
    Philox random = Philox.of(batch);
    float[] pixels = new float[BATCH * SIZE * SIZE];
    int[] labels = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = i % 2;
      int row = start + (int) (random.uniform(2 * i) * (GRID / 2 - 1));
      int column = start + (int) (random.uniform(2 * i + 1) * (GRID / 2 - 1));
      mark(pixels, i, row, column);
      mark(pixels, i, row + labels[i], column + 1 - labels[i]);
    }
    return new Images(Tensor.of(pixels, BATCH, 1, SIZE, SIZE), Tensor.of(labels, BATCH));
  }

  private static void mark(float[] pixels, int image, int row, int column) {
    for (int y = 0; y < PATCH; y++) {
      for (int x = 0; x < PATCH; x++) {
        pixels[(image * SIZE + row * PATCH + y) * SIZE + column * PATCH + x] = 1;
      }
    }
  }
}
