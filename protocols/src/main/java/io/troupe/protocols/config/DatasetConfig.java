package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the data of supervised learning is read.
 *
 * @param shape dimensions of one example where the file does not define them, such as 1, 8, 8 for
 *     the 64 pixels of a CSV row; empty to take it as it is
 * @param scale divisor of the inputs; 0 for 255 where they are bytes, and 1 elsewhere
 * @param normalize whether inputs are normalized with the mean and the standard deviation of the
 *     training set
 * @param mean subtracted from each channel; empty for none
 * @param std divisor of each channel; as many as {@code mean}
 * @param labelColumn name of the CSV column with the label; empty for the last
 * @param labels what labels are
 * @param numClasses number of classes; 0 to count them
 * @param channels channels of images: 1 gray, 3 color, 0 as in the first image
 * @param imageSize height and width to which images are resized; empty if all have one size
 * @param renderings how images are drawn: one for all, or several, which are used in turn and make
 *     as many domains; empty to take them as they are
 * @param seqLength characters of a training example of text, or the maximum number of tokens
 * @param evalSeqLength characters of an evaluation example of text; 0 for as many
 * @param testFraction share of the examples for the test set if the source has none
 * @param validationFraction share of the training set for the validation set; 0 for none
 * @param trainFraction share of the training set that is used
 * @param splitSeed seed of the choice of those examples
 * @param shapes the generated pictures of {@code --data shapes}
 * @param nbody the simulated particles of {@code --data nbody}
 */
public record DatasetConfig(
    List<Integer> shape,
    double scale,
    boolean normalize,
    List<Double> mean,
    List<Double> std,
    String labelColumn,
    LabelType labels,
    int numClasses,
    int channels,
    List<Integer> imageSize,
    List<Rendering> renderings,
    int seqLength,
    int evalSeqLength,
    double testFraction,
    double validationFraction,
    double trainFraction,
    long splitSeed,
    ShapesConfig shapes,
    NbodyConfig nbody) {

  /** The type of the labels. */
  public enum LabelType {
    /** A class index per example, for classification. */
    CLASS,
    /** A number per example, for regression. */
    NUMBER,
    /** No labels: every column is an input. */
    NONE;

    private static Map<String, LabelType> byName() {
      Map<String, LabelType> byName = new LinkedHashMap<>();
      byName.put("class", CLASS);
      byName.put("number", NUMBER);
      byName.put("none", NONE);
      return byName;
    }
  }

  static final Section SECTION = Section.of("dataset", "How the data is read.");

  private static final Key<List<Integer>> SHAPE =
      SECTION.add(
          "shape",
          ValueType.INTS,
          List.of(),
          Range.ofEach(Range.atLeast(1)),
          "Dimensions of one example where the file does not define them, such as 1x8x8 for 64"
              + " columns.");
  private static final Key<Double> SCALE =
      SECTION.add(
          "scale",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Divisor of the inputs. 0: 255 where they are bytes, 1 elsewhere.");
  private static final Key<Boolean> NORMALIZE =
      SECTION.add(
          "normalize",
          ValueType.BOOLEAN,
          false,
          "Normalize inputs with the mean and the standard deviation of the training set.");
  private static final Key<List<Double>> MEAN =
      SECTION.add(
          "mean",
          ValueType.DOUBLES,
          List.of(),
          "Mean of each channel, which is subtracted, such as 0.5,0.5,0.5; with std, instead of"
              + " normalize.");
  private static final Key<List<Double>> STD =
      SECTION.add("std", ValueType.DOUBLES, List.of(), "Divisor of each channel, with mean.");
  private static final Key<String> LABEL_COLUMN =
      SECTION.add(
          "label-column", ValueType.TEXT, "", "CSV column with the label. Empty: the last column.");
  private static final Key<LabelType> LABELS =
      SECTION.add(
          "labels",
          ValueType.choice(LabelType.byName()),
          LabelType.CLASS,
          "Kind of labels: class, number (regression) or none.");
  private static final Key<Integer> NUM_CLASSES =
      SECTION.add(
          "num-classes",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of classes. 0: counted in the data.");
  private static final Key<Integer> CHANNELS =
      SECTION.add(
          "channels",
          ValueType.INT,
          0,
          new Range<>(List.of(0, 1, 3)::contains, "1 (gray), 3 (color) or 0 (as in the files)", ""),
          "Channels of images: 1 (gray) or 3 (color). 0: as in the first image.");
  private static final Key<List<Integer>> IMAGE_SIZE =
      SECTION.add(
          "image-size",
          ValueType.INTS,
          List.of(),
          new Range<>(
              DatasetConfig::isImageSize,
              "one size or height and width, each in [1, 8192], such as 32 or 28x28",
              ""),
          "Height and width to which images are resized, such as 32 or 28x28. Empty: no resizing."
              + " The size of generated pictures; empty: 64x64.");
  private static final Key<List<Rendering>> RENDERINGS =
      SECTION.add(
          "renderings",
          ValueType.choices(Rendering.byName()),
          List.of(),
          "How images are drawn: plain, inverted, bold or outlined. Several, such as"
              + " plain,outlined, are used in turn; a model that translates images learns the two"
              + " as domains. Empty: as they are.");
  private static final Key<Integer> SEQ_LENGTH =
      SECTION.add(
          "seq-length",
          ValueType.INT,
          64,
          Range.atLeast(1),
          "Characters per training example of text; for encoders such as BERT the maximum number of"
              + " tokens of any example.");
  private static final Key<Integer> EVAL_SEQ_LENGTH =
      SECTION.add(
          "eval-seq-length",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Characters per evaluation example of text. Longer examples give the model more context."
              + " 0: as many as seq-length.");
  private static final Key<Double> TEST_FRACTION =
      SECTION.add(
          "test-fraction",
          ValueType.DOUBLE,
          0.1,
          Range.strictlyBetween(0, 1),
          "Fraction of the examples in the test set, if the data has no test set.");
  private static final Key<Double> VALIDATION_FRACTION =
      SECTION.add(
          "validation-fraction",
          ValueType.DOUBLE,
          0.0,
          Range.below(0, 1),
          "Fraction of the training examples in the validation set, by which the best weights are"
              + " selected.");
  private static final Key<Double> TRAIN_FRACTION =
      SECTION.add(
          "train-fraction",
          ValueType.DOUBLE,
          1.0,
          new Range<>(share -> share > 0 && share <= 1, "in (0, 1]", ""),
          "Fraction of the training examples that are used, for examples of images, tables and"
              + " tensors.");
  private static final Key<Long> SPLIT_SEED =
      SECTION.add(
          "split-seed", ValueType.LONG, 0L, "Seed of the split into training and test set.");
  private static final Section SHAPES = SECTION.add(ShapesConfig.SECTION);
  private static final Section NBODY = SECTION.add(NbodyConfig.SECTION);

  /** The defaults. */
  public static final DatasetConfig DEFAULTS = from(ConfigFactory.empty());

  /** Copies the lists and checks the ranges. */
  public DatasetConfig {
    shape = SHAPE.check(List.copyOf(shape));
    SCALE.check(scale);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    MEAN.require(mean.size() == std.size(), mean, "as many numbers as std=" + std, "");
    NORMALIZE.require(!normalize || mean.isEmpty(), normalize, "false if mean and std are set", "");
    NUM_CLASSES.check(numClasses);
    CHANNELS.check(channels);
    imageSize = IMAGE_SIZE.check(List.copyOf(imageSize));
    renderings = List.copyOf(renderings);
    SEQ_LENGTH.check(seqLength);
    EVAL_SEQ_LENGTH.check(evalSeqLength);
    TEST_FRACTION.check(testFraction);
    VALIDATION_FRACTION.check(validationFraction);
    TRAIN_FRACTION.check(trainFraction);
  }

  private static boolean isImageSize(List<Integer> sizes) {
    return sizes.size() <= 2 && sizes.stream().allMatch(size -> size >= 1 && size <= 8192);
  }

  /**
   * Reads the section {@code dataset}; a missing key has its default.
   *
   * @throws IllegalArgumentException if a value has the wrong type or is out of range
   */
  public static DatasetConfig from(Config config) {
    List<Integer> imageSize = IMAGE_SIZE.read(config);
    return new DatasetConfig(
        SHAPE.read(config),
        SCALE.read(config),
        NORMALIZE.read(config),
        MEAN.read(config),
        STD.read(config),
        LABEL_COLUMN.read(config),
        LABELS.read(config),
        NUM_CLASSES.read(config),
        CHANNELS.read(config),
        imageSize.size() == 1 ? List.of(imageSize.get(0), imageSize.get(0)) : imageSize,
        RENDERINGS.read(config),
        SEQ_LENGTH.read(config),
        EVAL_SEQ_LENGTH.read(config),
        TEST_FRACTION.read(config),
        VALIDATION_FRACTION.read(config),
        TRAIN_FRACTION.read(config),
        SPLIT_SEED.read(config),
        ShapesConfig.from(SHAPES.in(config)),
        NbodyConfig.from(NBODY.in(config)));
  }
}
