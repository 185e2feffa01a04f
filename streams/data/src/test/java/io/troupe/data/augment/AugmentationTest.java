package io.troupe.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.data.dataset.ExampleTransform;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final List<Integer> SIZES = List.of(3, 6, 7);
  private static final int NUMEL = 126;
  private static final Set<String> MOVES = Set.of("flip", "vflip", "crop", "shift", "nearest");

  /** Two examples with the same values. */
  private static float[] twoExamples() {
    float[] values = new float[2 * NUMEL];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f + i % NUMEL / 200f;
    }
    return values;
  }

  private static float[] augmented(String setting, long seed, int... indices) {
    float[] values = twoExamples();
    ExampleTransform transform = Augmentation.parse(setting).transform(Philox.of(seed), indices);
    transform.apply(values, NUMEL, SIZES, 1);
    return values;
  }

  private static float[] floats(String text) {
    String[] parts = text.split(" ");
    float[] values = new float[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }

  private static void apply(Raster picture, String name, double... a) {
    switch (name) {
      case "flip" -> picture.flipHorizontal();
      case "vflip" -> picture.flipVertical();
      case "crop" -> new RandomCrop((int) a[0]).crop(picture, (int) a[1], (int) a[2]);
      case "shift" -> picture.shift((int) a[0], (int) a[1]);
      case "erase" -> picture.fill((int) a[0], (int) a[1], (int) a[2], (int) a[3], 0);
      case "rotate", "nearest" -> picture.rotate(a[0]);
      case "brightness" -> picture.brightness(a[0]);
      case "contrast" -> picture.contrast(a[0]);
      case "saturation" -> picture.saturation(a[0]);
      default -> throw new AssertionError(name);
    }
  }

  @Test
  void transformsMatchTorchvision() throws IOException {
    List<String> lines;
    try (InputStream in = AugmentationTest.class.getResourceAsStream("expected.csv")) {
      lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
    assertThat(lines).hasSize(60);
    for (String line : lines) {
      String[] fields = line.split(",");
      float[] values = floats(fields[5]);
      ImageView picture =
          new ImageView(
              values,
              0,
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3]),
              Integer.parseInt(fields[4]));
      double[] arguments =
          Arrays.stream(fields[1].split(" "))
              .filter(each -> !each.isEmpty())
              .mapToDouble(Double::parseDouble)
              .toArray();
      float[] expected = floats(fields[6]);
      if (MOVES.contains(fields[0])) {
        PixelOrigins origins = new PixelOrigins(picture.height(), picture.width());
        apply(origins, fields[0], arguments);
        assertThat(remapped(picture, origins))
            .as("%s %s", fields[0], fields[1])
            .isEqualTo(expected);
      }
      if (fields[0].equals("nearest")) {
        continue; // images are rotated with bilinear interpolation
      }
      apply(picture, fields[0], arguments);
      for (int i = 0; i < expected.length; i++) {
        assertThat(values[i])
            .as("%s %s at %d", fields[0], fields[1], i)
            .isCloseTo(expected[i], within(3e-6f)); // torchvision's grid is fp32
      }
    }
  }

  private static float[] remapped(ImageView picture, PixelOrigins origins) {
    int[] from = origins.toArray();
    float[] moved = new float[picture.values().length];
    for (int i = 0; i < moved.length; i++) {
      int origin = from[i % from.length];
      moved[i] =
          origin == PixelOrigins.OUTSIDE ? 0 : picture.values()[i - i % from.length + origin];
    }
    return moved;
  }

  @Test
  void randomTransformDependsOnlyOnSeedAndExample() {
    String all = "crop=2,flip,vflip,shift=0.3,rotate=30,color=0.4,erase";
    float[] one = augmented(all, 3, 9, 17);
    assertThat(augmented(all, 3, 0, 17)).isEqualTo(one);
    assertThat(augmented(all, 4, 9, 17)).isNotEqualTo(one);
    assertThat(augmented(all, 3, 9, 18)).isNotEqualTo(one);
  }

  @Test
  void onlyTheExampleIsChanged() {
    for (String each :
        List.of("crop=2", "flip=1", "vflip=1", "shift=0.5", "rotate=30", "erase=1")) {
      float[] values = augmented(each, 3, 9, 17);
      assertThat(Arrays.copyOf(values, NUMEL))
          .as(each)
          .isEqualTo(Arrays.copyOf(twoExamples(), NUMEL));
      assertThat(values).as(each).isNotEqualTo(twoExamples());
    }
  }

  @Test
  void parametersOfOneAugmentationDoNotAffectTheNext() {
    float[] one = augmented("color=0,flip=0.5", 1, 0, 5);
    float[] other = augmented("flip=0,flip=0.5", 1, 0, 5);
    assertThat(one).isEqualTo(other);
  }

  @Test
  void flipProbabilityIsRespected() {
    int flipped = 0;
    for (int index = 0; index < 2000; index++) {
      flipped += augmented("flip=0.3", 5, 0, index)[NUMEL] == twoExamples()[NUMEL] ? 0 : 1;
    }
    assertThat(flipped).isBetween(520, 680); // four standard deviations around 600
    assertThat(augmented("flip=0,vflip=0,erase=0", 5, 0, 1)).isEqualTo(twoExamples());
  }

  /** The values of saturation 0 are compared with torchvision's. */
  @Test
  void graysLoseTheirColorsWithTheProbability() {
    int gray = 0;
    for (int index = 0; index < 2000; index++) {
      float[] image = Arrays.copyOfRange(augmented("gray=0.3", 5, 0, index), NUMEL, 2 * NUMEL);
      float[] red = Arrays.copyOf(image, NUMEL / 3);
      boolean isGray = Arrays.equals(red, Arrays.copyOfRange(image, NUMEL / 3, 2 * NUMEL / 3));
      assertThat(Arrays.equals(image, Arrays.copyOfRange(twoExamples(), NUMEL, 2 * NUMEL)))
          .isNotEqualTo(isGray);
      gray += isGray ? 1 : 0;
    }
    assertThat(gray).isBetween(520, 680); // four standard deviations around 600
  }

  @Test
  void cropsReachEveryCornerAndErasedAreaIsBounded() {
    Set<Float> corners = new HashSet<>();
    for (int index = 0; index < 300; index++) {
      corners.add(augmented("crop=1", 5, 0, index)[NUMEL + 2 * 7 + 3]);
      float[] erased = augmented("erase=1", 5, 0, index);
      int black = 0;
      for (int i = NUMEL; i < NUMEL + 42; i++) {
        black += erased[i] == 0 ? 1 : 0;
      }
      assertThat(black).isBetween(1, 18);
    }
    assertThat(corners).hasSize(9);
  }

  @Test
  void settingsAreReadInOrder() {
    assertThat(Augmentation.parse("crop=4, flip,rotate=10,color=0.1:0.2:0.3,shift=0.1,gray"))
        .isEqualTo(
            Compose.of(
                new RandomCrop(4),
                new RandomHorizontalFlip(0.5),
                new RandomRotation(10),
                new ColorJitter(0.1, 0.2, 0.3),
                new RandomAffine(0.1),
                new RandomGrayscale(0.1)));
    assertThat(Augmentation.parse("").isNone()).isTrue();
    assertThat(Augmentation.parse("none").transform(Philox.of(1), new int[1]))
        .isSameAs(ExampleTransform.NONE);
  }

  @Test
  void invalidSettingsAreRejected() {
    assertRejected(
        "flap",
        "augment must be a list of flip, vflip, crop=4, shift=0.1, rotate=10, color=0.2, gray"
            + " and erase, separated by commas, got 'flap'");
    assertRejected("flip,,crop=1", "separated by commas, got ''");
    assertRejected("crop", "augment crop must be a number, such as 0.5, got ");
    assertRejected("crop=0", "augment crop must be a padding of 1 to 4096, got 0");
    assertRejected("crop=1e9", "augment crop must be a padding of 1 to 4096, got 1000000000");
    assertRejected("crop=2.5", "augment crop must be a whole number, got 2.5");
    assertRejected("flip=2", "augment flip must be a probability between 0 and 1, got 2.0");
    assertRejected("flip=NaN", "augment flip must be a probability between 0 and 1, got NaN");
    assertRejected("rotate=x", "augment rotate must be a number, such as 0.5, got x");
    assertRejected("rotate=200", "augment rotate must be degrees in (0, 180], got 200.0");
    assertRejected("shift=2", "augment shift must be a fraction of the size in (0, 1], got 2.0");
    assertRejected(
        "color=1:2",
        "augment color must be one number, or brightness:contrast:saturation, got 1:2");
    assertRejected("color=-1", "augment color must be 0 (no change) to 10, got -1.0");
    assertRejected("gray=1.5", "augment gray must be a probability between 0 and 1, got 1.5");
    assertRejected("erase=-0.1", "augment erase must be a probability between 0 and 1, got -0.1");
  }

  private static void assertRejected(String setting, String message) {
    assertThatThrownBy(() -> Augmentation.parse(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void examplesThatAreNotImagesAreRejected() {
    assertThatThrownBy(
            () ->
                Augmentation.parse("flip")
                    .transform(Philox.of(1), new int[1])
                    .apply(new float[64], 0, List.of(64), 0))
        .hasMessageContaining("augment must be empty for examples that are not images")
        .hasMessageContaining("the sizes [64]");
  }
}
