package io.troupe.data.shapes;

/** A color with a kind of shape, such as a red circle. */
public record ColoredKind(ShapeColor color, ShapeKind kind) {
  /** The words in captions, such as {@code a red circle}. */
  public String words() {
    return color.wordWithArticle() + " " + kind.word();
  }
}
