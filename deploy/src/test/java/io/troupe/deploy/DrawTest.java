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
