package io.troupe.tensor.cpu.machinecode;

import java.util.ArrayList;
import java.util.List;

/** A place in the code that jumps refer to, before or after it is known. */
public final class Label {
  private final List<Integer> jumps = new ArrayList<>();
  private int position = -1;

  /** Places of the four-byte distances that refer to this label. */
  List<Integer> jumps() {
    return jumps;
  }

  /** Where the label is in the code; -1 until it is bound. */
  int position() {
    return position;
  }

  void bindTo(int at) {
    if (position >= 0) {
      throw new IllegalStateException("label must be bound once, is already at " + position);
    }
    position = at;
  }
}
