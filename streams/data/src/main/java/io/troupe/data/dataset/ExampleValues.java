package io.troupe.data.dataset;

/** The source of the numbers of examples: memory, or files that are decoded on demand. */
interface ExampleValues {
  /** Writes the values of one example from {@code target[offset]} on. */
  void read(int index, float[] target, int offset);

  /** Numbers of consecutive examples in memory. */
  static ExampleValues floats(float[] values, int numel) {
    return (index, target, offset) ->
        System.arraycopy(values, index * numel, target, offset, numel);
  }

  /** Bytes in memory, divided by {@code scale}. */
  static ExampleValues bytes(byte[] values, int numel, double scale) {
    float[] scaled = scaled(scale);
    return (index, target, offset) -> {
      int from = index * numel;
      for (int i = 0; i < numel; i++) {
        target[offset + i] = scaled[values[from + i] & 0xFF];
      }
    };
  }

  /** The scaled value of each byte. */
  static float[] scaled(double scale) {
    float[] scaled = new float[256];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = i / (float) scale;
    }
    return scaled;
  }
}
