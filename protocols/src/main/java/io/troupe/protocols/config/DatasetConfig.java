package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How the data of supervised learning is read.
 *
 * @param shape sizes of one example where the file does not say them, such as 1, 8, 8 for the 64
 *     pixels of a CSV row; empty to take it as it is
 * @param scale what inputs are divided by; 0 for 255 where they are bytes, and 1 elsewhere
 * @param normalize whether inputs get the mean 0 and the deviation 1 that the training part has
 * @param mean taken off each channel; empty for none
 * @param std each channel is divided by; as many
 * @param labelColumn name of the CSV column with the label; empty for the last
 * @param labels what labels are
 * @param numClasses labels are below it; 0 to count them
 * @param channels of pictures: 1 grey, 3 colour, 0 as the first picture has
 * @param imageSize height and width that pictures are resized to; empty if all have one size
 * @param seqLength characters of a text example that is learned from
 * @param evalSeqLength characters of one that is measured on, of which the first have less before
 *     them to be told from; 0 for as many
 * @param testFraction share that is held out as test where the source has no test part
 * @param validationFraction share of the training part that is held out as validation; 0 for none
 * @param splitSeed which examples are held out
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
    int seqLength,
    int evalSeqLength,
    double testFraction,
    double validationFraction,
    long splitSeed) {
  /** The defaults. */
  public static final DatasetConfig DEFAULTS = from(ConfigFactory.empty());

  /** What the labels of examples are. */
  public enum LabelType {
    /** A class each. */
    CLASS,
    /** A number each, to be regressed. */
    NUMBER,
    /** Nothing: every column is an input. */
    NONE
  }

  /** Checks the ranges. */
  public DatasetConfig {
    shape = List.copyOf(shape);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    imageSize = List.copyOf(imageSize);
    Settings.require(
        shape.stream().allMatch(s -> s >= 1), "shape", shape, "set sizes of 1 or more, as 1x8x8");
    Settings.require(
        Settings.isNotNegative(scale), "scale", scale, "set what inputs are divided by, or 0");
    Settings.require(mean.size() == std.size(), "mean", mean, "give as many std=" + std);
    Settings.require(
        !normalize || mean.isEmpty(), "normalize", true, "leave it out, or mean and std");
    Settings.require(numClasses >= 0, "num-classes", numClasses, "set 0 (count them) or more");
    Settings.require(
        channels == 0 || channels == 1 || channels == 3,
        "channels",
        channels,
        "set 1 (grey), 3 (colour) or 0 (as the files are)");
    Settings.require(
        imageSize.isEmpty()
            || (imageSize.size() == 2 && imageSize.stream().allMatch(s -> s >= 1 && s <= 8192)),
        "image-size",
        imageSize,
        "set height and width between 1 and 8192, as 32 or 28x28");
    Settings.require(seqLength >= 1, "seq-length", seqLength, "set 1 or more");
    Settings.require(evalSeqLength >= 0, "eval-seq-length", evalSeqLength, "set 0 or more");
    Settings.require(
        testFraction > 0 && testFraction < 1, "test-fraction", testFraction, "set it in (0, 1)");
    Settings.require(
        validationFraction >= 0 && validationFraction < 1,
        "validation-fraction",
        validationFraction,
        "set it in [0, 1)");
  }

  /**
   * Reads a section; what it leaves out has its default. Lists may be written {@code [1, 8, 8]},
   * {@code 1x8x8} or {@code 1,8,8}.
   *
   * @throws IllegalArgumentException if a value cannot be read or is out of range
   */
  public static DatasetConfig from(Config config) {
    Settings settings = new Settings(config);
    List<Integer> imageSize = list(config, "image-size", Integer::valueOf);
    return new DatasetConfig(
        list(config, "shape", Integer::valueOf),
        settings.number("scale", 0),
        settings.flag("normalize", false),
        list(config, "mean", Double::valueOf),
        list(config, "std", Double::valueOf),
        settings.text("label-column", ""),
        Settings.choose(
            "labels",
            settings.text("labels", "class"),
            Map.of("class", LabelType.CLASS, "number", LabelType.NUMBER, "none", LabelType.NONE)),
        settings.count("num-classes", 0),
        settings.count("channels", 0),
        imageSize.size() == 1 ? List.of(imageSize.get(0), imageSize.get(0)) : imageSize,
        settings.count("seq-length", 64),
        settings.count("eval-seq-length", 0),
        settings.number("test-fraction", 0.1),
        settings.number("validation-fraction", 0),
        settings.wide("split-seed", 0));
  }

  private static <T> List<T> list(Config config, String key, Function<String, T> parse) {
    if (!config.hasPath(key)) {
      return List.of();
    }
    List<String> parts =
        config.getValue(key).valueType() == ConfigValueType.LIST
            ? config.getStringList(key)
            : Arrays.asList(config.getString(key).strip().split("\\s*[,x\\s]\\s*"));
    try {
      return parts.stream().filter(part -> !part.isEmpty()).map(parse).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + "=" + config.getValue(key).unwrapped() + " is no list of numbers, such as 1,8,8",
          e);
    }
  }
}
