package io.troupe.deploy.report;

import java.awt.Color;

/** A color for each class; the first ten are matplotlib's. */
final class ClassColors {
  private static final int[] FIRST = {
    0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x7F7F7F, 0xBCBD22,
    0x17BECF
  };

  /** The golden ratio: hues of consecutive classes differ clearly. */
  private static final float HUE_STEP = 0.618034f;

  private ClassColors() {}

  static Color of(int label) {
    return label < FIRST.length
        ? new Color(FIRST[label])
        : Color.getHSBColor(label * HUE_STEP % 1f, 0.75f, 0.8f);
  }
}
