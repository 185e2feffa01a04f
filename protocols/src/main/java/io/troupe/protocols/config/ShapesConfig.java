package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The generated pictures of {@code --data shapes}.
 *
 * @param label what the label or target of a picture is
 * @param maxShapes largest number of shapes in a picture
 * @param testMaxShapes largest number of shapes in a picture of the test set, at most {@code
 *     maxShapes}; 0: as many
 * @param partialCaptions fraction of the shapes in training captions of which only the color or
 *     only the kind is named, in [0, 1]
 * @param colors number of colors
 * @param kinds number of kinds of shapes
 * @param pairs which colors and kinds of shapes are in the training set and in the test set
 * @param trainExamples number of training examples
 * @param testExamples number of test examples
 * @param seed seed of the pictures
 */
public record ShapesConfig(
    Label label,
    int maxShapes,
    int testMaxShapes,
    double partialCaptions,
    int colors,
    int kinds,
    Pairs pairs,
    int trainExamples,
    int testExamples,
    long seed) {

  /** The label or target of a picture. */
  public enum Label {
    /** The kind of the nearest shape: a class for each picture. */
    KIND,
    /** The kind of the shape at each pixel, or background: a class for each pixel. */
    SEGMENTATION,
    /** The depth of each pixel: a target for each pixel. */
    DEPTH,
    /** Neither label nor target. */
    NONE;

    private static Map<String, Label> byName() {
      Map<String, Label> byName = new LinkedHashMap<>();
      byName.put("kind", KIND);
      byName.put("segmentation", SEGMENTATION);
      byName.put("depth", DEPTH);
      byName.put("none", NONE);
      return byName;
    }
  }

  /** The colors and kinds of shapes. */
  public enum Pairs {
    /** Every color with every kind, in training and test set. */
    ALL,
    /** Four pairs are left out of the training set, and the test set has no others. */
    UNSEEN;

    private static Map<String, Pairs> byName() {
      Map<String, Pairs> byName = new LinkedHashMap<>();
      byName.put("all", ALL);
      byName.put("unseen", UNSEEN);
      return byName;
    }
  }

  /** The smallest number of pairs in a split, which limits the shapes of a picture. */
  private static final int MOST_SHAPES = 4;

  private static final int MOST_EXAMPLES = 100_000_000;

  static final Section SECTION =
      Section.qualified("shapes", "The generated pictures of --data shapes.");

  private static final Key<Label> LABEL =
      SECTION.add(
          "label",
          ValueType.choice(Label.byName()),
          Label.KIND,
          "Label or target of a picture: kind (of the nearest shape), segmentation (a class for"
              + " each pixel), depth (a number for each pixel) or none.");
  private static final Key<Integer> MAX_SHAPES =
      SECTION.add(
          "max-shapes",
          ValueType.INT,
          3,
          Range.between(1, MOST_SHAPES),
          "Maximum number of shapes in a picture.");
  private static final Key<Integer> TEST_MAX_SHAPES =
      SECTION.add(
          "test-max-shapes",
          ValueType.INT,
          0,
          Range.between(0, MOST_SHAPES),
          "Maximum number of shapes in a picture of the test set, at most max-shapes (0: as"
              + " many).");
  private static final Key<Double> PARTIAL_CAPTIONS =
      SECTION.add(
          "partial-captions",
          ValueType.DOUBLE,
          0.0,
          Range.between(0, 1),
          "Fraction of the shapes in training captions of which only the color or only the kind is"
              + " named: a red shape, a circle.");
  private static final Key<Integer> COLORS =
      SECTION.add(
          "colors",
          ValueType.INT,
          6,
          Range.between(4, 8),
          "Number of colors, the first of: red, green, blue, yellow, purple, cyan, orange, pink.");
  private static final Key<Integer> KINDS =
      SECTION.add(
          "kinds",
          ValueType.INT,
          4,
          Range.between(4, 8),
          "Number of kinds of shapes, the first of: circle, square, triangle, star, ring, diamond,"
              + " heart, crescent.");
  private static final Key<Pairs> PAIRS =
      SECTION.add(
          "pairs",
          ValueType.choice(Pairs.byName()),
          Pairs.ALL,
          "Colors and kinds: all, or unseen: four of the pairs are left out of the training set,"
              + " and the test set has no others.");
  private static final Key<Integer> TRAIN_EXAMPLES =
      SECTION.add(
          "train-examples",
          ValueType.INT,
          4000,
          Range.between(1, MOST_EXAMPLES),
          "Number of training examples.");
  private static final Key<Integer> TEST_EXAMPLES =
      SECTION.add(
          "test-examples",
          ValueType.INT,
          500,
          Range.between(1, MOST_EXAMPLES),
          "Number of test examples.");
  private static final Key<Long> SEED =
      SECTION.add("seed", ValueType.LONG, 0L, "Seed of the pictures.");

  /** Checks the ranges. */
  public ShapesConfig {
    MAX_SHAPES.check(maxShapes);
    TEST_MAX_SHAPES.check(testMaxShapes);
    PARTIAL_CAPTIONS.check(partialCaptions);
    COLORS.check(colors);
    KINDS.check(kinds);
    TRAIN_EXAMPLES.check(trainExamples);
    TEST_EXAMPLES.check(testExamples);
    if (testMaxShapes > maxShapes) {
      throw new IllegalArgumentException(
          "shapes.test-max-shapes must be <= shapes.max-shapes = %d, got %d"
              .formatted(maxShapes, testMaxShapes));
    }
  }

  /** The largest number of shapes in a picture of the test set. */
  public int maxShapesOfTest() {
    return testMaxShapes == 0 ? maxShapes : testMaxShapes;
  }

  /** Reads the section {@code shapes}; a missing key has its default. */
  static ShapesConfig from(Config config) {
    return new ShapesConfig(
        LABEL.read(config),
        MAX_SHAPES.read(config),
        TEST_MAX_SHAPES.read(config),
        PARTIAL_CAPTIONS.read(config),
        COLORS.read(config),
        KINDS.read(config),
        PAIRS.read(config),
        TRAIN_EXAMPLES.read(config),
        TEST_EXAMPLES.read(config),
        SEED.read(config));
  }
}
