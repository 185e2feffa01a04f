package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.DataFormatException;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.data.shapes.ColoredKind;
import io.troupe.data.shapes.Looks;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapesSourceTest {
  private static final Looks LOOKS = Looks.first(6, 4);

  private static DataSplits open(String settings) {
    return DataSource.open("shapes", DatasetConfig.from(ConfigFactory.parseString(settings)));
  }

  private static float[] floats(Map<String, ArrayData> batch, String name) {
    return ((ArrayData.Floats) batch.get(name)).values();
  }

  private static int[] ints(Map<String, ArrayData> batch, String name) {
    return ((ArrayData.Ints) batch.get(name)).values();
  }

  @Test
  void describesItsSizes() {
    assertThat(open("").description())
        .isEqualTo("shapes: 4,000 training and 500 test examples of 3x64x64, 4 classes");
    assertThat(
            open("image-size = [20, 30], shapes.label = segmentation, validation-fraction = 0.1")
                .description())
        .isEqualTo(
            "shapes: 3,600 training, 400 validation and 500 test examples of 3x20x30, 5 classes");
  }

  @Test
  void theTestSetMayShowFewerShapesThanTheTrainingSet() {
    DataSplits splits = open("image-size = [8, 8], shapes { max-shapes = 3, test-max-shapes = 1 }");
    int[] indices = IntStream.range(0, 60).toArray();
    assertThat(ints(splits.train().batch(indices), "caption"))
        .hasSize(indices.length * CaptionWords.length(3));
    assertThat(ints(splits.test().batch(indices), "caption"))
        .hasSize(indices.length * CaptionWords.length(1));
    Set<Integer> numShapes = new HashSet<>();
    for (int index : indices) {
      numShapes.add(((ShapesDataset) splits.train()).scene(index).shapes().size());
    }
    assertThat(numShapes).contains(1, 2, 3);
  }

  @Test
  void theTestSetCannotShowMoreShapesThanTheTrainingSet() {
    assertThatThrownBy(() -> open("shapes { max-shapes = 2, test-max-shapes = 3 }"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shapes.test-max-shapes must be <= shapes.max-shapes = 2, got 3");
  }

  @Test
  void anExampleDependsOnSeedAndIndexOnly() {
    Dataset train = open("image-size = [16, 16], shapes.label = depth").train();
    Map<String, ArrayData> batch = train.batch(7, 3);
    Map<String, ArrayData> alone = train.batch(3);
    for (String name : Set.of("input", "target", "edges")) {
      float[] all = floats(batch, name);
      assertThat(Arrays.copyOfRange(all, all.length / 2, all.length))
          .as(name)
          .isEqualTo(floats(alone, name));
    }
    assertThat(floats(open("image-size = [16, 16], shapes.seed = 1").train().batch(3), "input"))
        .isNotEqualTo(floats(alone, "input"));
    assertThat(floats(open("image-size = [16, 16]").test().batch(3), "input"))
        .isNotEqualTo(floats(alone, "input"));
  }

  @Test
  void unseenPairsAreInTheTestSetOnly() {
    DataSplits splits = open("image-size = [8, 8], shapes { pairs = unseen, max-shapes = 1 }");
    CaptionWords words = CaptionWords.of(LOOKS);
    Set<String> trained = captions(splits.train(), words, 600);
    Set<String> tested = captions(splits.test(), words, 200);
    assertThat(trained).hasSize(LOOKS.seen().size());
    assertThat(tested)
        .isEqualTo(new HashSet<>(LOOKS.unseen().stream().map(ColoredKind::words).toList()))
        .doesNotContainAnyElementsOf(trained);
  }

  private static Set<String> captions(Dataset dataset, CaptionWords words, int count) {
    int[] ids = ints(dataset.batch(IntStream.range(0, count).toArray()), "caption");
    int length = ids.length / count;
    Set<String> captions = new HashSet<>();
    for (int i = 0; i < count; i++) {
      captions.add(words.decode(Arrays.copyOfRange(ids, i * length, (i + 1) * length)));
    }
    return captions;
  }

  @Test
  void partialCaptionsAreInTheTrainingSetOnlyAndKnowWhichPicturesTheyDescribe() {
    DataSplits splits =
        open("image-size = [8, 8], shapes { partial-captions = 0.8, max-shapes = 1 }");
    CaptionWords words = CaptionWords.of(LOOKS);
    assertThat(captions(splits.train(), words, 600))
        .hasSize(24 + 6 + 4)
        .contains("a red circle", "a red shape", "a circle");
    assertThat(captions(splits.test(), words, 400))
        .isEqualTo(new HashSet<>(LOOKS.all().stream().map(ColoredKind::words).toList()));
    int count = 40;
    Map<String, ArrayData> batch = splits.train().batch(IntStream.range(0, count).toArray());
    int[] isTrue = ints(batch, "is_true");
    for (int i = 0; i < count; i++) {
      assertThat(isTrue[i * count + i]).as("example %d", i).isEqualTo(1);
    }
    assertThat(Arrays.stream(isTrue).sum()).isBetween(count + 1, count * count / 2);
  }

  @Test
  void moreColorsAndKindsMeanMoreClassesAndWords() {
    DataSplits splits =
        open(
            "image-size = [8, 8], shapes { colors = 8, kinds = 7, pairs = unseen, max-shapes = 1"
                + " }");
    assertThat(splits.train().spec().classNames())
        .containsExactly("circle", "square", "triangle", "star", "ring", "diamond", "heart");
    CaptionWords words = splits.captions().orElseThrow();
    assertThat(words.ofOneShape()).hasSize(56).contains("a pink heart");
    Set<String> trained = captions(splits.train(), words, 2000);
    Set<String> tested = captions(splits.test(), words, 200);
    assertThat(trained).hasSize(52).doesNotContainAnyElementsOf(tested);
    assertThat(tested)
        .containsExactlyInAnyOrder(
            "a red circle", "a pink square", "an orange triangle", "a cyan star");
  }

  @Test
  void normalizesWithTheTrainingSet() {
    DataSplits splits = open("image-size = [12, 12], normalize = true, shapes.train-examples = 50");
    float[] all = floats(splits.train().batch(IntStream.range(0, 50).toArray()), "input");
    double mean = IntStream.range(0, all.length).mapToDouble(i -> all[i]).average().orElseThrow();
    double square =
        IntStream.range(0, all.length).mapToDouble(i -> all[i] * all[i]).average().orElseThrow();
    assertThat(mean).isBetween(-1e-4, 1e-4);
    assertThat(square).isBetween(0.999, 1.001);
  }

  @Test
  void rejectsGrayPictures() {
    assertThatThrownBy(() -> open("channels = 1"))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("channels must be 3 for generated pictures, got 1");
  }
}
