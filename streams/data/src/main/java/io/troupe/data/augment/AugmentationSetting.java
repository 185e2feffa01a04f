package io.troupe.data.augment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the setting {@code augment}: augmentations in order, separated by commas.
 *
 * <table>
 * <caption>Names and values</caption>
 * <tr><td>{@code flip}, {@code flip=0.5}</td><td>{@link RandomHorizontalFlip}</td></tr>
 * <tr><td>{@code vflip}, {@code vflip=0.5}</td><td>{@link RandomVerticalFlip}</td></tr>
 * <tr><td>{@code crop=4}</td><td>{@link RandomCrop} after a padding of 4 pixels</td></tr>
 * <tr><td>{@code shift=0.1}</td><td>{@link RandomAffine}, up to a tenth of the size</td></tr>
 * <tr><td>{@code rotate=10}</td><td>{@link RandomRotation}, up to 10 degrees</td></tr>
 * <tr><td>{@code color=0.2}, {@code color=0.2:0.3:0.1}</td><td>{@link ColorJitter} of brightness,
 *     contrast and saturation</td></tr>
 * <tr><td>{@code gray}, {@code gray=0.1}</td><td>{@link RandomGrayscale}</td></tr>
 * <tr><td>{@code erase}, {@code erase=0.5}</td><td>{@link RandomErasing}</td></tr>
 * </table>
 */
public final class AugmentationSetting {
  private static final double EVEN = 0.5;
  private static final double SELDOM = 0.1;

  private AugmentationSetting() {}

  /**
   * Reads a setting; an empty one, or {@code none}, changes nothing.
   *
   * @throws IllegalArgumentException if a name is unknown or a value out of range
   */
  static Augmentation parse(String setting) {
    if (setting.isBlank() || setting.strip().equals("none")) {
      return Augmentation.NONE;
    }
    List<Augmentation> augmentations = new ArrayList<>();
    for (String part : setting.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = (equals < 0 ? part : part.substring(0, equals)).strip();
      augmentations.add(named(name, equals < 0 ? "" : part.substring(equals + 1).strip()));
    }
    return new Compose(augmentations);
  }

  private static Augmentation named(String name, String value) {
    return switch (name) {
      case "flip" -> new RandomHorizontalFlip(number(name, value, EVEN));
      case "vflip" -> new RandomVerticalFlip(number(name, value, EVEN));
      case "crop" -> new RandomCrop(wholeNumber(name, value));
      case "shift" -> new RandomAffine(number(name, value, Double.NaN));
      case "rotate" -> new RandomRotation(number(name, value, Double.NaN));
      case "color" -> colorJitter(name, value);
      case "gray" -> new RandomGrayscale(number(name, value, SELDOM));
      case "erase" -> new RandomErasing(number(name, value, EVEN));
      default ->
          throw new IllegalArgumentException(
              "augment must be a list of flip, vflip, crop=4, shift=0.1, rotate=10, color=0.2, gray"
                  + " and erase, separated by commas, got '"
                  + name
                  + "'");
    };
  }

  private static ColorJitter colorJitter(String name, String value) {
    double[] strengths =
        Arrays.stream(value.split(":", -1))
            .mapToDouble(each -> number(name, each, Double.NaN))
            .toArray();
    return switch (strengths.length) {
      case 1 -> new ColorJitter(strengths[0], strengths[0], strengths[0]);
      case 3 -> new ColorJitter(strengths[0], strengths[1], strengths[2]);
      default ->
          throw new IllegalArgumentException(
              "augment color must be one number, or brightness:contrast:saturation, got " + value);
    };
  }

  private static int wholeNumber(String name, String text) {
    double number = number(name, text, Double.NaN);
    Ranges.require((int) number == number, name, text, "a whole number");
    return (int) number;
  }

  /** The number of a text; the default if the text is empty and the default is not NaN. */
  private static double number(String name, String text, double otherwise) {
    if (text.isEmpty() && !Double.isNaN(otherwise)) {
      return otherwise;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "augment " + name + " must be a number, such as 0.5, got " + text, e);
    }
  }
}
