package io.troupe.data.dataset;

import io.troupe.data.image.ImageFile;
import io.troupe.data.image.ImageSize;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Images that are decoded at their first use. The pixels are kept in memory if those of all images
 * take little of it.
 */
final class ImageValues implements ExampleValues {
  private static final long MOST_KEPT_BYTES = 1L << 30;

  private final List<ImageFile> files;
  private final ImageSize size;
  private final float[] scaled;
  private final AtomicReferenceArray<byte[]> kept;

  ImageValues(List<ImageFile> files, ImageSize size, double scale) {
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
