package io.troupe.data.shapes;

import java.util.ArrayList;
import java.util.List;

/**
 * The colors and kinds of shapes in some pictures. Four of their pairs are reserved for tests with
 * combinations that a model has not seen. Each of the first four kinds has one of these pairs, and
 * their colors differ.
 *
 * @param colors in the order of {@link ShapeColor}
 * @param kinds in the order of {@link ShapeKind}
 */
public record Looks(List<ShapeColor> colors, List<ShapeKind> kinds) {
  private static final int RESERVED = 4;

  /** Copies the lists. */
  public Looks {
    colors = List.copyOf(colors);
    kinds = List.copyOf(kinds);
  }

  /** The first colors and kinds. */
  public static Looks first(int numColors, int numKinds) {
    return new Looks(
        List.of(ShapeColor.values()).subList(0, numColors),
        List.of(ShapeKind.values()).subList(0, numKinds));
  }

  /** All pairs, by kind and then by color. */
  public List<ColoredKind> all() {
    List<ColoredKind> all = new ArrayList<>();
    for (ShapeKind kind : kinds) {
      for (ShapeColor color : colors) {
        all.add(new ColoredKind(color, kind));
      }
    }
    return all;
  }

  /** The pairs that are not reserved. */
  public List<ColoredKind> seen() {
    return all().stream().filter(pair -> !isReserved(pair)).toList();
  }

  /** The reserved pairs. */
  public List<ColoredKind> unseen() {
    return all().stream().filter(this::isReserved).toList();
  }

  private boolean isReserved(ColoredKind pair) {
    int kind = pair.kind().ordinal();
    return kind < RESERVED && (pair.color().ordinal() + kind) % colors.size() == 0;
  }
}
