package io.troupe.nn.cyclegan;

/** A direction of translation, with the names of the original option. */
public enum Direction {
  /** Images of domain A are translated to domain B, by {@code G_A}. */
  A_TO_B("AtoB"),
  /** Images of domain B are translated to domain A, by {@code G_B}. */
  B_TO_A("BtoA");

  private final String text;

  Direction(String text) {
    this.text = text;
  }

  /** The name, such as {@code AtoB}. */
  public String text() {
    return text;
  }

  /** The direction of a name. */
  public static Direction named(String text) {
    return text.equals(A_TO_B.text) ? A_TO_B : B_TO_A;
  }

  /** The other direction. */
  public Direction reversed() {
    return this == A_TO_B ? B_TO_A : A_TO_B;
  }
}
