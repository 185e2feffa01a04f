package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole supervised runs on small images. */
@Timeout(120)
class ImageRunTest {
  @TempDir Path temp;
  private Path data;

  /** Writes images of 8 x 8 pixels. The label of a pixel is 1 if it is bright. */
  @BeforeEach
  void writeData() throws IOException {
    data = temp.resolve("pixels.safetensors");
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("data")) {
      Tensor images = Tensor.empty(DType.FLOAT32, Shape.of(40, 1, 8, 8));
      Backend.of(engine).random().uniform(images, Philox.of(4));
      Tensor bright = images.greater(Tensor.full(DType.FLOAT32, images.shape(), 0.5));
      SafetensorsWriter.write(
          data, Map.of("input", images, "label", Tensor.of(bright.toInts()).reshape(40, 8, 8)));
    }
  }

  private TrainConfig config(String model, String more) {
    Config written =
        ConfigFactory.parseString(
            """
            model = %s
            data = "%s"
            epochs = 12
            batch-size = 6
            optimizer { optim = adam, learning-rate = 0.01 }
            """
                    .formatted(model, data)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  @Test
  void uNetLearnsPixelLabelsOfShiftedImages() {
    TrainConfig config =
        config("unet", "model-settings { base = 8, depth = 1 }, augment = \"flip,vflip,crop=1\"\n");
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      SupervisedSummary summary =
          Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
      assertThat(summary.results().get("test_accuracy"))
          .as("half of the pixels are right by chance")
          .isGreaterThan(0.85);
    }
  }

  @Test
  void uNetSegmentsGeneratedShapes() {
    data = Path.of("shapes");
    TrainConfig config =
        config(
            "unet",
            """
            model-settings { base = 8, depth = 2 }
            epochs = 12
            dataset { image-size = 24, normalize = true }
            dataset.shapes { label = segmentation, max-shapes = 1 }
            dataset.shapes { train-examples = 240, test-examples = 40 }
            """);
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      SupervisedSummary summary =
          Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
      assertThat(summary.results().get("test_accuracy")).isGreaterThan(0.9);
      assertThat(summary.results().get("test_mean_iou"))
          .as("0.18 if every pixel is background")
          .isBetween(0.3, 0.99);
    }
  }

  /** At this size ResNet normalizes one value per channel and image. */
  @Test
  void batchNormAcceptsAFinalBatchOfOneImage() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("data")) {
      Tensor images = Tensor.empty(DType.FLOAT32, Shape.of(6, 3, 8, 8));
      Backend.of(engine).random().uniform(images, Philox.of(4));
      SafetensorsWriter.write(
          data, Map.of("input", images, "label", Tensor.of(new int[] {0, 1, 0, 1, 0, 1})));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TrainConfig config = config("resnet18", "epochs = 2, batch-size = 4\n");
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      assertThat(inputs.data().splits().train().size()).isEqualTo(5);
      assertThat(inputs.stepsPerEpoch()).isEqualTo(1);
      SupervisedSummary summary =
          Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
      assertThat(summary.steps()).isEqualTo(2);
    }
  }

  @Test
  void rejectsImagesOfTheWrongSizeBeforeTheRun() {
    assertThatThrownBy(() -> SupervisedInputs.load(config("alexnet", "")).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "alexnet: tensor input must be floats (batch, channels 1, height 63"
                + " or more, width 63 or more), got (1, 1, 8, 8)");
  }
}
