package io.troupe.data.shapes;

import java.util.ArrayList;
import java.util.List;

/**
 * A color with a kind of shape, such as a red circle.
 *
 * <p>Of the 24 pairs, 4 are reserved for tests of what a model does with combinations that it has
 * not seen: one for each kind, each of another color. {@link Scene} draws from the pairs that the
 * caller names.
 */
public record ColoredKind(ShapeColor color, ShapeKind kind) {
  /** All pairs, by kind and then by color. */
  public static final List<ColoredKind> ALL = all();

  /** The pairs that are not reserved. */
  public static final List<ColoredKind> SEEN =
      ALL.stream().filter(pair -> !pair.isReserved()).toList();

  /** The reserved pairs. */
  public static final List<ColoredKind> UNSEEN =
      ALL.stream().filter(ColoredKind::isReserved).toList();

  private static List<ColoredKind> all() {
    List<ColoredKind> all = new ArrayList<>();
    for (ShapeKind kind : ShapeKind.values()) {
      for (ShapeColor color : ShapeColor.values()) {
        all.add(new ColoredKind(color, kind));
      }
    }
    return List.copyOf(all);
  }

  private boolean isReserved() {
    return (color.ordinal() + kind.ordinal()) % ShapeColor.values().length == 0;
  }

  /** The words in captions, such as {@code a red circle}. */
  public String words() {
    return "a " + color.word() + " " + kind.word();
  }
}
