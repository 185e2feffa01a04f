package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;
  private Path weights;
  private Path image;

  @BeforeEach
  void setPaths() {
    weights = temporary.resolve("weights.safetensors");
    image = temporary.resolve("grid.png");
  }

  /** Writes random weights and returns the arguments that select the model. */
  private List<Object> write(String model, String... settings) throws IOException {
    List<Object> args = new ArrayList<>(List.of("sample", model, "--weights", weights));
    Map<String, String> values = new LinkedHashMap<>();
    for (String setting : settings) {
      args.addAll(List.of("--set", setting));
      values.put(setting.split("=")[0], setting.split("=")[1]);
    }
    ModelEntry<?> entry = ModelRegistry.entry(model);
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("test")) {
      StateDictFile.save(
          weights,
          entry.build(entry.settings(values), Initializer.of(DType.FLOAT32, 1)),
          StorageType.F32);
    }
    return args;
  }

  private Outcome sample(List<Object> model, Object... more) {
    List<Object> args = new ArrayList<>(model);
    args.addAll(Arrays.asList(more));
    return troupe(args.toArray());
  }

  private List<Object> diffusion() throws IOException {
    return write(
        "ddpm",
        "image_size=8",
        "block_out_channels=8,8",
        "timesteps=6",
        "sample_steps=2",
        "num_classes=3");
  }

  @Test
  void sampledImagesAreAGridAndDependOnlyOnTheSeed() throws IOException {
    List<Object> vae = write("vae", "image_size=8", "hidden=6", "latent=2");
    Path tensors = temporary.resolve("pictures.safetensors");
    Outcome outcome = sample(vae, "--num", "30", "--out", image, "--tensors", tensors);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("30 samples of vae in " + image);
    assertThat(ImageIO.read(image.toFile()).getWidth()).isGreaterThan(10 * 8);
    float[] drawn = pixels(tensors);
    assertThat(drawn).hasSize(30 * 64);
    for (float pixel : drawn) {
      assertThat(pixel).isBetween(0f, 1f);
    }
    sample(vae, "--num", "28", "--out", image, "--tensors", tensors);
    assertThat(pixels(tensors)).containsExactly(Arrays.copyOf(drawn, 28 * 64));
    sample(vae, "--num", "30", "--out", image, "--tensors", tensors, "--seed", "1");
    assertThat(pixels(tensors)).isNotEqualTo(drawn);
  }

  private static float[] pixels(Path file) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return tensors.floats("input");
    }
  }

  @Test
  void classesAreSampledInTurnUnlessAClassIsSelected() throws IOException {
    List<Object> ddpm = diffusion();
    JsonNode all =
        JSON.readTree(sample(ddpm, "--num", "4", "--steps", "2", "--out", image, "--json").out());
    assertThat(all.get("labels").toString()).isEqualTo("[0,1,2,0]");
    JsonNode one =
        JSON.readTree(
            sample(
                    ddpm,
                    "--num",
                    "2",
                    "--label",
                    "2",
                    "--sampler",
                    "ddpm",
                    "--guidance",
                    "1.5",
                    "--out",
                    image,
                    "--json")
                .out());
    assertThat(one.get("labels").toString()).isEqualTo("[2,2]");
    assertThat(sample(ddpm, "--num", "1", "--label=-1", "--out", image).status()).isZero();
    List<Object> flow =
        write("flow-matching", "image_size=8", "block_out_channels=8,8", "num_classes=0");
    Outcome outcome =
        sample(flow, "--num", "2", "--sampler", "euler", "--steps", "2", "--out", image);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
  }

  @Test
  void sampledTextContinuesThePrompt() throws IOException {
    Path text =
        Files.writeString(temporary.resolve("input.txt"), "to be, or not to be\n".repeat(40));
    Path run = temporary.resolve("run");
    Outcome trained =
        troupe(
            "train",
            "char-gru",
            "--data",
            text,
            "--output-dir",
            run,
            "--epochs",
            "1",
            "--seq-length",
            "16",
            "--set",
            "hidden_size=8",
            "--set",
            "num_layers=1");
    assertThat(trained.err()).isEmpty();
    Path trainedWeights = run.resolve("checkpoints/final/model.safetensors");
    assertThat(trained.out()).contains("./troupe sample --weights " + trainedWeights);
    Object[] args = {
      "sample", "--weights", trainedWeights, "--prompt", "to ", "--length", "12", "--json"
    };
    JsonNode drawn = JSON.readTree(troupe(args).out());
    assertThat(drawn.get("text").asText()).hasSize(12);
    assertThat(troupe(args).out()).isEqualTo(JSON.writeValueAsString(drawn) + "\n");
    args[2] = Files.copy(trainedWeights, weights);
    troupe(args).isMistake(2, "--model must be set, got none");
    List<Object> moved = new ArrayList<>(Arrays.asList(args));
    moved.addAll(List.of("--model-json", trainedWeights.resolveSibling("model.json")));
    assertThat(JSON.readTree(troupe(moved.toArray()).out())).isEqualTo(drawn);
    troupe("sample", "--weights", trainedWeights, "--prompt", "X").isMistake(1, "'X'");
    Outcome two =
        troupe(
            "sample",
            "--weights",
            trainedWeights,
            "--num",
            "2",
            "--length",
            "5",
            "--temperature",
            "0");
    assertThat(two.out()).contains("-----");
  }

  @Test
  void errorsAreOneLine() throws IOException {
    List<Object> ddpm = diffusion();
    sample(ddpm, "--num", "0").isMistake(2, "--num must be >= 1, got 0");
    sample(ddpm, "--label", "7", "--num", "1", "--out", image).isMistake(1, "7");
    sample(ddpm, "--sampler", "euler")
        .isMistake(2, "ddpm: sampler must be one of ddim, ddpm, got euler");
    sample(ddpm, "--steps", "7", "--num", "1", "--out", image).isMistake(1, "7");
    sample(ddpm, "--num", "1", "--out", temporary.resolve("no-folder/x.png"))
        .isMistake(2, "--out must be in an existing directory");
    sample(ddpm, "--num", "1", "--out", temporary).isMistake(2, "--out must be a file");
    sample(ddpm, "--num", "1", "--out", image, "--tensors", temporary.resolve("no/x.safetensors"))
        .isMistake(2, "--tensors must be in an existing directory");
    sample(write("mlp")).isMistake(1, "model must support sampling, got mlp");
    sample(write("char-rnn")).isMistake(1, "must have a model.json beside it with the characters");
    troupe("sample", "--weights", weights).isMistake(2, "--model must be set, got none");
    assertThat(image).doesNotExist();
  }
}
