package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trains the parts of a pipeline and a ControlNet for it with the command line, and draws. */
class TrainToDrawTest {
  @TempDir private Path temporary;

  /** Trains on a few small pictures; returns the directory of the result. */
  private Path train(String model, Object... more) {
    Path run = temporary.resolve(model);
    List<Object> args =
        new ArrayList<>(
            List.of(
                "train",
                model,
                "--data",
                "shapes",
                "--image-size",
                "16",
                "--shapes-max-shapes",
                "1",
                "--shapes-colors",
                "6",
                "--shapes-kinds",
                "4",
                "--shapes-train-examples",
                "48",
                "--shapes-test-examples",
                "12",
                "--epochs",
                "1",
                "--batch-size",
                "16",
                "--output-dir",
                run));
    args.addAll(Arrays.asList(more));
    Outcome outcome = troupe(args.toArray());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    Path result = run.resolve("checkpoints/final");
    if (model.equals("latent-diffusion")) {
      assertThat(outcome.out())
          .contains("caption accuracy", "./troupe draw " + result, "plots/samples.png");
    }
    return result;
  }

  private float[] drawn(Path pipeline, Object... more) throws IOException {
    Path tensors = temporary.resolve("drawn.safetensors");
    List<Object> args =
        new ArrayList<>(
            List.of(
                "draw",
                pipeline,
                "--prompt",
                "a red circle",
                "--steps",
                "2",
                "--out",
                temporary.resolve("drawn.png"),
                "--tensors",
                tensors));
    args.addAll(Arrays.asList(more));
    Outcome outcome = troupe(args.toArray());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("1 image of 16 x 16 in ");
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      return file.floats("input");
    }
  }

  @Test
  @Timeout(240)
  void trainedPipelinesAndControlNetsDraw() throws IOException {
    Path vae =
        train(
            "autoencoder-kl",
            "--set",
            "block_out_channels=4,8",
            "--set",
            "norm_num_groups=2",
            "--set",
            "mid_block_add_attention=false");
    Path clip =
        train(
            "clip",
            "--set",
            "patch_size=4",
            "--set",
            "vision_hidden_size=16",
            "--set",
            "text_hidden_size=8");
    Path pipeline =
        train(
            "latent-diffusion",
            "--vae",
            vae.resolve("model.safetensors"),
            "--text-encoder",
            clip.resolve("model.safetensors"),
            "--eval-clip",
            clip.resolve("model.safetensors"),
            "--set",
            "block_out_channels=8,16",
            "--num-inference-steps",
            "2");
    Path control =
        train(
            "controlnet",
            "--pipeline",
            pipeline,
            "--set",
            "conditioning_embedding_out_channels=4,8",
            "--num-inference-steps",
            "2");
    float[] alone = drawn(pipeline);
    assertThat(alone).hasSize(3 * 16 * 16);
    Path condition = temporary.resolve("condition.png");
    Files.move(temporary.resolve("drawn.png"), condition);
    assertThat(drawn(pipeline, "--controlnet", control, "--condition", condition))
        .isNotEqualTo(alone);
  }
}
