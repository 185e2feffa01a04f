package io.troupe.data.dataset;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Pictures that are decoded when they are first wanted; the pixels are kept where all of them take
 * little memory.
 */
final class PictureValues implements ExampleValues {
  private static final long MOST_KEPT_BYTES = 1L << 30;

  private final List<PictureFile> files;
  private final PictureFile.Size size;
  private final float[] scaled;
  private final AtomicReferenceArray<byte[]> kept;

  PictureValues(List<PictureFile> files, PictureFile.Size size, double scale) {
    this.files = files;
    this.size = size;
    this.scaled = ExampleValues.scaled(scale);
    long bytes = (long) files.size() * size.channels() * size.height() * size.width();
    long most = Math.min(MOST_KEPT_BYTES, Runtime.getRuntime().maxMemory() / 4);
    this.kept = new AtomicReferenceArray<>(bytes <= most ? files.size() : 0);
  }

  @Override
  public void read(int index, float[] target, int offset) {
    byte[] pixels = pixels(index);
    for (int i = 0; i < pixels.length; i++) {
      target[offset + i] = scaled[pixels[i] & 0xFF];
    }
  }

  private byte[] pixels(int index) {
    if (kept.length() == 0) {
      return files.get(index).pixels(size);
    }
    byte[] pixels = kept.get(index);
    if (pixels == null) {
      pixels = files.get(index).pixels(size);
      kept.set(index, pixels);
    }
    return pixels;
  }
}
