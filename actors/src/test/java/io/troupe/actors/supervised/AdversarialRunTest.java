package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of small GANs on images whose left or right half is bright. */
@Timeout(120)
class AdversarialRunTest {
  private static final int IMAGES = 60;
  private static final int SIZE = 8;

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = temp.resolve("halves.safetensors");
    float[] pixels = new float[IMAGES * SIZE * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      boolean isRight = i % SIZE >= SIZE / 2;
      boolean showsRight = i / (SIZE * SIZE) % 2 == 0;
      pixels[i] = (float) ((isRight == showsRight ? 0.8 : 0) + 0.2 * Philox.of(4).uniform(i));
    }
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("data")) {
      int[] labels = new int[IMAGES];
      Arrays.setAll(labels, i -> i % 2);
      SafetensorsWriter.write(
          data,
          Map.of(
              "input",
              Tensor.of(pixels, IMAGES, 1, SIZE, SIZE),
              "label",
              Tensor.of(labels, IMAGES)));
    }
  }

  private TrainConfig config(String model, String more) {
    String settings =
        switch (model) {
          case "gan" -> "hidden = 16, latent = 4";
          case "vit_tiny" -> "patch_size = 4, embed_dim = 8, depth = 1, num_heads = 2";
          case "stylegan2" ->
              "z_dim = 4, w_dim = 4, mapping_layers = 2, channel_base = 32, channel_max = 4";
          case "mlp" -> "hidden = 16";
          case "dcgan" -> "ngf = 8, ndf = 8, latent = 4";
          default -> "ngf = 4, ndf = 4, n_blocks = 1, n_layers_D = 1, pool_size = 6";
        };
    String renderings = model.equals("cyclegan") || model.equals("mlp") ? "plain,inverted" : "";
    Config written =
        ConfigFactory.parseString(
            """
            model = %s
            model-settings { %s }
            data = "%s"
            dataset.renderings = "%s"
            epochs = 4
            batch-size = 8
            log-steps = 5
            optimizer { optim = adam, learning-rate = 2e-3, adam-beta1 = 0.5 }
            """
                    .formatted(model, settings, data, renderings)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private void start(String run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve(run), config.render())) {
      Run.train(new SupervisedAlgorithm(inputs), folder, listener);
    }
  }

  private void resume(String run) {
    try (RunDirectory folder = RunDirectory.open(temp.resolve(run));
        SupervisedInputs inputs =
            SupervisedInputs.load(TrainConfig.from(folder.config().config()))) {
      Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
  }

  private byte[] weights(String run) throws IOException {
    return Files.readAllBytes(temp.resolve(run).resolve("checkpoints/final/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gan", "dcgan", "cyclegan", "stylegan2"})
  void resumedRunEndsBitForBitEqualWithAnyNumberOfThreads(String model) throws IOException {
    start("whole", config(model, "threads = 1, ema-decay = 0.9\n"), RunListener.NONE);
    Thread run = Thread.currentThread();
    RunListener stopping =
        event -> {
          if (event instanceof RunEvent.StepTrained trained && trained.step() >= 10) {
            run.interrupt();
          }
        };
    TrainConfig config = config(model, "threads = 2, save-steps = 4, ema-decay = 0.9\n");
    assertThatThrownBy(() -> start("cut", config, stopping))
        .isInstanceOf(RunStoppedException.class);
    resume("cut");
    assertThat(weights("cut")).isEqualTo(weights("whole"));
  }

  @Test
  void aClassifierMeasuresHowManyImagesKeepTheirClass() throws IOException {
    start("classifier", config("mlp", ""), RunListener.NONE);
    Path classifier = temp.resolve("classifier/checkpoints/final/model.safetensors");
    String measured = "evaluation-classifier = \"%s\"\n".formatted(classifier);
    start("run", config("cyclegan", measured), RunListener.NONE);
    assertThat(Files.readString(temp.resolve("run/metrics.jsonl")))
        .contains("\"loss/generators\":", "\"loss/discriminators\":")
        .contains("\"eval_cycle_error\":", "\"eval_kept_class_AtoB\":")
        .contains("\"eval_kept_class_BtoA\":", "\"eval_classifier_accuracy\":");
    assertThatThrownBy(
            () ->
                SupervisedInputs.load(
                    config("cyclegan", measured.replace("model.safetensors", "none"))))
        .hasMessageStartingWith("evaluation-classifier must be a file of weights, got");
  }

  @Test
  void generatedImagesAreComparedByTheFeaturesOfAClassifier() throws IOException {
    start("classifier", config("vit_tiny", ""), RunListener.NONE);
    Path classifier = temp.resolve("classifier/checkpoints/final/model.safetensors");
    String measured = "evaluation-classifier = \"%s\"\n".formatted(classifier);
    for (String model : new String[] {"gan", "stylegan2"}) {
      start(model, config(model, measured), RunListener.NONE);
      assertThat(Files.readString(temp.resolve(model).resolve("metrics.jsonl")))
          .contains("\"eval_frechet_distance\":", "\"eval_classes_found\":")
          .contains("\"eval_rarest_class_share\":");
    }
    start("mlp", config("mlp", ""), RunListener.NONE);
    assertThatThrownBy(
            () -> SupervisedInputs.load(config("gan", measured.replace("classifier/c", "mlp/c"))))
        .hasMessage(
            "evaluation-classifier must be a classifier that computes features, such as lenet5, got"
                + " the model mlp");
  }

  @Test
  void imagesOfOneDomainCannotBeTranslated() {
    assertThatThrownBy(() -> SupervisedInputs.load(config("cyclegan", "dataset.renderings = []\n")))
        .hasMessageStartingWith("renderings must be two, such as plain,outlined");
    assertThatThrownBy(() -> SupervisedInputs.load(config("mlp", "evaluation-classifier = x\n")))
        .hasMessage(
            "evaluation-classifier must be empty for mlp, got x; it measures images of gan, dcgan,"
                + " stylegan2, cyclegan");
  }

  @Test
  void lossesOfBothNetworksAreInTheMetrics() throws IOException {
    start("run", config("dcgan", ""), RunListener.NONE);
    assertThat(Files.readString(temp.resolve("run/metrics.jsonl")))
        .contains("\"loss/discriminator\":", "\"loss/generator\":", "\"eval_accuracy\":");
  }
}
