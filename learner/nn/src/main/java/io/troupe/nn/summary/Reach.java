package io.troupe.nn.summary;

import java.util.function.UnaryOperator;

/** The part of the input image that an element of a feature map depends on. */
public sealed interface Reach {
  /** No part of the image: a constant, or a model of something else. */
  Reach NONE = new None();

  /** All of the image. */
  Reach WHOLE = new Whole();

  /** Not known: the operation mixes positions in a way that is not described by a window. */
  Reach UNKNOWN = new Unknown();

  /**
   * A window, the receptive field (Araujo et al. 2019, Distill, doi:10.23915/distill.00021). It is
   * that of an element far from the borders, and may be larger than the image.
   *
   * @param rows along the rows
   * @param columns along the columns
   */
  record Field(Axis rows, Axis columns) implements Reach {
    /** The number of positions of the feature map. */
    long positions() {
      return (long) rows.positions() * columns.positions();
    }

    @Override
    public String toString() {
      String down = Long.toString(rows.size());
      return rows.size() == columns.size() ? down : down + "x" + columns.size();
    }
  }

  /** See {@link #NONE}. */
  record None() implements Reach {
    @Override
    public String toString() {
      return "-";
    }
  }

  /** See {@link #WHOLE}. */
  record Whole() implements Reach {
    @Override
    public String toString() {
      return "all";
    }
  }

  /** See {@link #UNKNOWN}. */
  record Unknown() implements Reach {
    @Override
    public String toString() {
      return "?";
    }
  }

  /**
   * One axis of a window.
   *
   * @param size pixels
   * @param jump pixels from one position of the feature map to the next
   * @param positions of the feature map
   */
  record Axis(long size, double jump, int positions) {
    /** That of the image itself. */
    static Axis ofImage(int pixels) {
      return new Axis(1, 1, pixels);
    }

    /** After a window that reads {@code span} neighboring positions for each of its own. */
    Axis after(int span, int newPositions, double newJump) {
      return new Axis(size + Math.round((span - 1) * jump), newJump, newPositions);
    }
  }

  /** That of the results of a window that moves over both axes. */
  default Reach after(UnaryOperator<Axis> onRows, UnaryOperator<Axis> onColumns) {
    return this instanceof Field(Axis rows, Axis columns)
        ? new Field(onRows.apply(rows), onColumns.apply(columns))
        : this;
  }

  /** That of an element that depends on elements of both. */
  default Reach and(Reach other) {
    if (equals(NONE) || other.equals(NONE)) {
      return equals(NONE) ? other : this;
    }
    if (equals(WHOLE) || other.equals(WHOLE)) {
      return WHOLE;
    }
    if (this instanceof Field mine && other instanceof Field theirs) {
      boolean sameGrid =
          mine.rows.jump() == theirs.rows.jump() && mine.columns.jump() == theirs.columns.jump();
      return sameGrid
          ? new Field(larger(mine.rows, theirs.rows), larger(mine.columns, theirs.columns))
          : UNKNOWN;
    }
    return UNKNOWN;
  }

  private static Axis larger(Axis a, Axis b) {
    return a.size() >= b.size() ? a : b;
  }
}
