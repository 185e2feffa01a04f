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
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of models of images and texts, and of depth, on generated pictures. */
@Timeout(240)
class ShapesRunTest {
  @TempDir private Path temp;

  private static TrainConfig config(String more) {
    Config written =
        ConfigFactory.parseString(
            "data = shapes, optimizer { optim = adam, learning-rate = 2e-3 }\n" + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private static TrainConfig clip(String more) {
    return config(
        """
        model = clip
        model-settings { patch_size = 4, projection_dim = 16
          vision_hidden_size = 32, vision_intermediate_size = 32, vision_num_hidden_layers = 1
          vision_num_attention_heads = 2, text_hidden_size = 16, text_intermediate_size = 16
          text_num_hidden_layers = 1, text_num_attention_heads = 2 }
        batch-size = 32
        dataset { image-size = 16, normalize = true }
        dataset.shapes { label = none, max-shapes = 1, train-examples = 320, test-examples = 64 }
        """
            + more);
  }

  private static SupervisedSummary start(Path run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(run, config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, listener);
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  @Test
  void clipLearnsCaptions() {
    TrainConfig config = clip("epochs = 25, optimizer.learning-rate = 3e-3\n");
    Map<String, Double> results = start(temp.resolve("run"), config, RunListener.NONE).results();
    assertThat(results.get("test_accuracy_of_all")).as("1/24 by chance").isGreaterThan(0.15);
    assertThat(results.get("test_accuracy"))
        .isGreaterThanOrEqualTo(results.get("test_accuracy_of_all"));
    assertThat(results.get("test_retrieval")).as("about 1/24 by chance").isGreaterThan(0.15);
  }

  @Test
  void theResultOfClipIsADirectoryOfOpenClipToo() throws IOException {
    Path run = temp.resolve("run");
    start(run, clip("epochs = 1\n"), RunListener.NONE);
    Path result = run.resolve("checkpoints/final");
    assertThat(result.resolve("tokenizer.json")).exists();
    Path openClip = result.resolve("open_clip");
    assertThat(openClip.resolve("tokenizer.json")).exists();
    assertThat(openClip.resolve("open_clip_config.json")).content().contains("\"width\" : 32");
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("results")) {
      String weights = result.resolve("model.safetensors").toString();
      Map<String, float[]> expected = numbers(TrainedWeights.load("clip", weights).model());
      BuiltModel<?> other = TrainedWeights.load("clip", weights).model();
      other.module().namedParameters().values().forEach(weight -> weight.muli(0));
      other.load(openClip.resolve("open_clip_model.safetensors"));
      assertThat(numbers(other)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  private static Map<String, float[]> numbers(BuiltModel<?> model) {
    Map<String, float[]> numbers = new TreeMap<>();
    model.module().stateDict().forEach((name, weight) -> numbers.put(name, weight.toFloats()));
    return numbers;
  }

  @Test
  void resumedRunEndsBitForBitEqualWithAnyNumberOfThreads() throws IOException {
    Path whole = temp.resolve("whole");
    start(whole, clip("epochs = 2, threads = 1\n"), RunListener.NONE);
    Path cut = temp.resolve("cut");
    TrainConfig config = clip("epochs = 2, threads = 2, save-steps = 3\n");
    Thread run = Thread.currentThread();
    assertThatThrownBy(
            () ->
                start(
                    cut,
                    config,
                    event -> {
                      if (event instanceof RunEvent.StepTrained trained && trained.step() == 10) {
                        run.interrupt();
                      }
                    }))
        .isInstanceOf(RunStoppedException.class);
    try (RunDirectory folder = RunDirectory.open(cut);
        SupervisedInputs inputs = SupervisedInputs.load(config)) {
      Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
    assertThat(weights(cut)).isEqualTo(weights(whole));
  }

  private static TrainConfig depth(String label) {
    return config(
        """
        model = dpt_depth
        epochs = 6
        model-settings { patch_size = 4, hidden_size = 16, intermediate_size = 16
          num_hidden_layers = 4, num_attention_heads = 2, backbone_out_indices = "0,1,2,3"
          neck_hidden_sizes = "4,4,8,8", fusion_hidden_size = 8 }
        batch-size = 16
        dataset { image-size = 16, normalize = true }
        dataset.shapes { max-shapes = 1, train-examples = 160, test-examples = 32, label = %s }
        """
            .formatted(label));
  }

  @Test
  void dptLearnsDepth() {
    Map<String, Double> results =
        start(temp.resolve("run"), depth("depth"), RunListener.NONE).results();
    assertThat(results.get("test_loss")).as("relative error").isLessThan(0.25);
  }

  @Test
  void dataThatDoNotFitAreRejected() throws IOException {
    assertThatThrownBy(() -> SupervisedInputs.load(depth("kind")))
        .hasMessageContaining("data for dpt_depth must have the depth of each pixel as target");
    Path points = Files.writeString(temp.resolve("points.csv"), "1,2,0\n2,3,1\n3,4,0\n4,5,1\n");
    assertThatThrownBy(
            () -> SupervisedInputs.load(config("model = clip, data = \"" + points + "\"\n")))
        .hasMessageContaining("data for clip must be images with captions");
  }
}
