package io.troupe.data.shapes;

/**
 * The words of a caption for one shape.
 *
 * @param look color and kind of the shape
 * @param detail what the words say about it
 */
public record ShapePhrase(ColoredKind look, Detail detail) {
  /** The word for a shape whose kind is not named. */
  static final String ANY_KIND = "shape";

  /** The properties of a shape that the words name. */
  public enum Detail {
    /** Color and kind: {@code a red circle}. */
    COLOR_AND_KIND,
    /** The color: {@code a red shape}. */
    COLOR,
    /** The kind: {@code a circle}. */
    KIND
  }

  /** The words. */
  public String words() {
    return switch (detail) {
      case COLOR_AND_KIND -> look.words();
      case COLOR -> look.color().wordWithArticle() + " " + ANY_KIND;
      case KIND -> "a " + look.kind().word();
    };
  }

  /** Whether the words are true of a shape. */
  public boolean isTrueOf(ColoredKind shown) {
    return switch (detail) {
      case COLOR_AND_KIND -> shown.equals(look);
      case COLOR -> shown.color() == look.color();
      case KIND -> shown.kind() == look.kind();
    };
  }
}
