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
import io.troupe.data.shapes.CaptionWords;
import io.troupe.data.shapes.Looks;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.NoisedLatents;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of latent diffusion and of a ControlNet, with tiny networks trained before. */
@Timeout(240)
class DiffusionRunTest {
  @TempDir private static Path parts;
  @TempDir private Path temp;

  private static TrainConfig config(String more) {
    Config written =
        ConfigFactory.parseString(
            """
            data = shapes, epochs = 1, batch-size = 16
            dataset { image-size = 16 }
            dataset.shapes { label = none, max-shapes = 1, train-examples = 128, test-examples = 24 }
            """
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private static Path weightsOf(Path run) {
    return run.resolve("checkpoints/final/model.safetensors");
  }

  /** An autoencoder and a CLIP, which are not good. */
  @BeforeAll
  static void trainParts() {
    start(
        parts.resolve("vae"),
        config(
            """
            model = autoencoder-kl
            model-settings { block_out_channels = "4,8", norm_num_groups = 2, latent_channels = 2
              mid_block_add_attention = false }
            """),
        RunListener.NONE);
    start(
        parts.resolve("clip"),
        config(
            """
            model = clip
            model-settings { patch_size = 4, projection_dim = 8
              vision_hidden_size = 16, vision_intermediate_size = 16, vision_num_hidden_layers = 1
              vision_num_attention_heads = 2, text_hidden_size = 8, text_intermediate_size = 8
              text_num_hidden_layers = 1, text_num_attention_heads = 2 }
            dataset.normalize = true
            """),
        RunListener.NONE);
  }

  private static TrainConfig diffusion(String more) {
    return config(
        """
        model = latent-diffusion
        model-settings { block_out_channels = "8,16", layers_per_block = 1, norm_num_groups = 2
          down_block_types = "CrossAttnDownBlock2D,DownBlock2D", attention_head_dim = 2 }
        ema-decay = 0.9
        diffusion { vae = "%s", text-encoder = "%s", eval-clip = "%s", eval-samples = 20
          num-inference-steps = 2 }
        """
                .formatted(
                    weightsOf(parts.resolve("vae")),
                    weightsOf(parts.resolve("clip")),
                    weightsOf(parts.resolve("clip")))
            + more);
  }

  private static TrainConfig control(Path pipeline, String more) {
    return config(
        """
        model = controlnet
        model-settings { conditioning_embedding_out_channels = "4,8" }
        diffusion { pipeline = "%s", eval-samples = 20, num-inference-steps = 2 }
        """
                .formatted(pipeline)
            + more);
  }

  private static Map<String, Double> start(Path run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(run, config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, listener).results();
    }
  }

  private static void resume(Path run) {
    try (RunDirectory folder = RunDirectory.open(run);
        SupervisedInputs inputs =
            SupervisedInputs.load(TrainConfig.from(folder.config().config()))) {
      Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
  }

  /** Stops a run after some steps, and resumes it. */
  private static void cut(Path run, TrainConfig config) {
    Thread current = Thread.currentThread();
    assertThatThrownBy(
            () ->
                start(
                    run,
                    config,
                    event -> {
                      if (event instanceof RunEvent.StepTrained trained && trained.step() >= 5) {
                        current.interrupt();
                      }
                    }))
        .isInstanceOf(RunStoppedException.class);
    resume(run);
  }

  @Test
  void resumedRunsEndBitForBitEqualWithAnyNumberOfThreadsAndTheBaseDoesNotChange()
      throws IOException {
    Path whole = temp.resolve("whole");
    Map<String, Double> results = start(whole, diffusion("threads = 1\n"), RunListener.NONE);
    assertThat(results.get("test_caption_accuracy")).isBetween(0.0, 1.0);
    Path cut = temp.resolve("cut");
    cut(cut, diffusion("threads = 2, save-steps = 2, log-steps = 1\n"));
    assertThat(weightsOf(cut)).hasSameBinaryContentAs(weightsOf(whole));

    Path base = whole.resolve("checkpoints/final");
    byte[] unet = Files.readAllBytes(base.resolve("unet/diffusion_pytorch_model.safetensors"));
    Path controlled = temp.resolve("controlled");
    results = start(controlled, control(base, "threads = 1\n"), RunListener.NONE);
    assertThat(results.get("test_edge_iou")).isBetween(0.0, 1.0);
    Path cutControl = temp.resolve("cut-control");
    cut(cutControl, control(base, "threads = 2, save-steps = 2, log-steps = 1\n"));
    assertThat(weightsOf(cutControl)).hasSameBinaryContentAs(weightsOf(controlled));
    assertThat(base.resolve("unet/diffusion_pytorch_model.safetensors")).hasBinaryContent(unet);
    loads(base, controlled.resolve("checkpoints/final"));
  }

  /** The results are directories in the layout of diffusers. */
  private static void loads(Path base, Path controlled) {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("pipeline");
        Tokenizer tokenizer = AutoTokenizer.load(base.resolve(DiffusionPipeline.TOKENIZER))) {
      DiffusionPipeline pipeline = DiffusionPipeline.load(base);
      assertThat(tokenizer.encode("a red circle", true))
          .containsExactly(CaptionWords.of(Looks.first(6, 4)).encode("a red circle", 5));
      assertThat(deviationOfLatents(pipeline)).as("scaled latents").isBetween(0.8, 1.2);
      ControlNetModel control = pipeline.controlNet(controlled);
      assertThat(control.config().embeddingChannels()).containsExactly(4, 8);
    }
  }

  private static double deviationOfLatents(DiffusionPipeline pipeline) {
    try (SupervisedInputs inputs = SupervisedInputs.load(diffusion(""))) {
      ArrayData.Floats images =
          (ArrayData.Floats) inputs.data().firstOfTest(24).next().array("input");
      double[] latents =
          NoisedLatents.latents(
                  pipeline.vae(), Tensor.of(images.values(), images.sizes()), Philox.of(1))
              .toDoubles();
      double mean = Arrays.stream(latents).average().orElseThrow();
      return Math.sqrt(
          Arrays.stream(latents).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
    }
  }

  @Test
  void badInputGetsOneClearLine() throws IOException {
    String none = "diffusion { vae = \"\" }\n";
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion(none)))
        .hasMessage("vae must be a file of weights, got none");
    String clip = "diffusion { vae = \"%s\" }\n".formatted(weightsOf(parts.resolve("clip")));
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion(clip)))
        .hasMessage("vae must be an autoencoder-kl, got the model clip");
    String vae = "diffusion { text-encoder = \"%s\" }\n".formatted(weightsOf(parts.resolve("vae")));
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion(vae)))
        .hasMessage("text-encoder must be a model of images and texts, got autoencoder-kl");
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion("dataset.image-size = 15\n")))
        .hasMessageContaining("image-size must be a square of a multiple of 2 pixels");
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion("dataset.normalize = true\n")))
        .hasMessageContaining("normalize must be false for latent-diffusion");
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion("dataset.shapes.max-shapes = 2\n")))
        .hasMessageContaining(
            "text-encoder must read the 16 words of the captions and texts of at");
    assertThatThrownBy(
            () -> SupervisedInputs.load(diffusion("diffusion.num-inference-steps = 1001\n")))
        .hasMessage("num-inference-steps must be at most the 1000 timesteps of training, got 1001");
    Path points = Files.writeString(temp.resolve("points.csv"), "1,2,0\n2,3,1\n3,4,0\n4,5,1\n");
    assertThatThrownBy(() -> SupervisedInputs.load(diffusion("data = \"" + points + "\"\n")))
        .hasMessageContaining("data for latent-diffusion must be images with captions");
    assertThatThrownBy(() -> SupervisedInputs.load(control(temp, "")))
        .hasMessageContaining("pipeline: " + temp + " must contain model_index.json, got none");
    assertThatThrownBy(
            () -> SupervisedInputs.load(control(temp, "diffusion { pipeline = \"\" }\n")))
        .hasMessageStartingWith("pipeline must be a directory in the layout of diffusers");
  }
}
