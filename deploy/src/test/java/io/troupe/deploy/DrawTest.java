package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.diffusers.ControlNetConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draws with the tiny Stable Diffusion directory of the shared data. */
class DrawTest {
  @TempDir private Path temporary;
  private Path folder;
  private Path tensors;

  @BeforeEach
  void findFolder() {
    folder = Path.of("../../shared/data/goldens/sd_pipeline/model");
    Assumptions.assumeTrue(Files.exists(folder), () -> "skipped: there is no " + folder);
    tensors = temporary.resolve("images.safetensors");
  }

  private Outcome draw(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "draw",
                folder,
                "--out",
                temporary.resolve("images.png"),
                "--tensors",
                tensors,
                "--steps",
                "3"));
    args.addAll(Arrays.asList(more));
    return troupe(args.toArray());
  }

  private float[] drawn() {
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      return file.floats("input");
    }
  }

  @Test
  void anImageDependsOnSeedAndIndexOnly() throws IOException {
    Outcome outcome = draw("--prompt", "a photo of a red cat", "--num", "2");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("2 images of 16 x 16 in ");
    float[] two = drawn();
    assertThat(two).hasSize(2 * 3 * 16 * 16);
    draw("--prompt", "a photo of a red cat");
    assertThat(drawn()).containsExactly(Arrays.copyOf(two, two.length / 2));
    draw("--prompt", "a photo of a red cat", "--seed", "1");
    assertThat(drawn()).isNotEqualTo(Arrays.copyOf(two, two.length / 2));
    assertThat(ImageIO.read(temporary.resolve("images.png").toFile())).isNotNull();
  }

  @Test
  void aTextChangesAnImageOrItsMaskedPart() throws IOException {
    draw("--prompt", "a photo of a red cat");
    float[] original = drawn();
    Path image = Files.move(temporary.resolve("images.png"), temporary.resolve("first.png"));
    assertThat(draw("--prompt", "a hat", "--image", image, "--strength", "0.7").err()).isEmpty();
    float[] whole = drawn();
    assertThat(whole).isNotEqualTo(original);
    assertThat(draw("--prompt", "a hat", "--image", image, "--mask", image).err()).isEmpty();
    assertThat(drawn()).isNotEqualTo(whole);
  }

  /** The output layers of a new ControlNet are zeros. */
  @Test
  void aNewControlNetChangesNothingAndATrainedOneDoes() throws IOException {
    draw("--prompt", "a red cat");
    float[] plain = drawn();
    Path image = Files.move(temporary.resolve("images.png"), temporary.resolve("first.png"));
    Path fresh = controlNet("fresh", 0);
    Path trained = controlNet("trained", 0.5);
    assertThat(draw("--prompt", "a red cat", "--controlnet", fresh, "--condition", image).err())
        .isEmpty();
    assertThat(drawn()).isEqualTo(plain);
    draw("--prompt", "a red cat", "--controlnet", trained, "--condition", image);
    assertThat(drawn()).isNotEqualTo(plain);
    draw("--prompt", "a red cat", "--controlnet", fresh)
        .isMistake(2, "--condition must be set once for each --controlnet");
    draw("--prompt", "a red cat", "--controlnet", temporary, "--condition", image)
        .isMistake(1, "must contain config.json, got none");
  }

  private Path controlNet(String name, double output) throws IOException {
    Path directory = Files.createDirectory(temporary.resolve(name));
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("control")) {
      UNet2DConditionConfig unet =
          UNet2DConditionConfig.read(
              ConfigJson.parse(Files.readString(folder.resolve("unet/config.json"))));
      ControlNetModel control =
          new ControlNetModel(
              new ControlNetConfig(unet, 3, List.of(4, 8)), Initializer.of(DType.FLOAT32, 1));
      control
          .stateDict()
          .forEach(
              (key, weight) -> {
                if (key.startsWith("controlnet_mid_block")) {
                  weight.detach().filli(output);
                }
              });
      Files.writeString(directory.resolve("config.json"), control.config().json().text());
      StateDictFile.save(
          directory.resolve("diffusion_pytorch_model.safetensors"), control, StorageType.F32);
    }
    return directory;
  }

  @Test
  void badInputGetsOneClearLine() {
    draw("--prompt", " ").isMistake(2, "--prompt must have at least one word, got none");
    draw("--prompt", "a", "--mask", folder.resolve("x.png"))
        .isMistake(2, "--image must be set with --mask, got none");
    draw("--prompt", "a", "--height", "15").isMistake(1, "height and width must be multiples of 2");
    draw("--prompt", "a", "--num", "0").isMistake(2, "--num must be >= 1, got 0");
    troupe("draw", temporary, "--prompt", "a", "--out", temporary.resolve("x.png"))
        .isMistake(1, "must exist");
  }
}
