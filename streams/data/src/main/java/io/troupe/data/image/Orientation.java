package io.troupe.data.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * The orientation in an image's EXIF data, as {@code ImageOps.exif_transpose} of PIL applies it.
 *
 * @param transposed whether rows and columns are exchanged, before the flips
 * @param flippedRows whether the first row becomes the last
 * @param flippedColumns whether the first column becomes the last
 */
record Orientation(boolean transposed, boolean flippedRows, boolean flippedColumns) {
  /** Leaves images as they are stored. */
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** The orientation of a file; upright if it has none or its metadata is damaged. */
  static Orientation read(byte[] file) {
    try {
      return ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length)
          .getDirectoriesOfType(ExifIFD0Directory.class)
          .stream()
          .map(directory -> directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION))
          .filter(tag -> tag != null)
          .findFirst()
          .map(Orientation::ofTag)
          .orElse(UPRIGHT);
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return UPRIGHT; // pixels do not depend on metadata that cannot be read
    }
  }

  /** The orientation of a value of the EXIF tag, 1 to 8; upright for other values. */
  static Orientation ofTag(int tag) {
    return switch (tag) {
      case 2 -> new Orientation(false, false, true);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, true, false);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, false, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, true, false);
      default -> UPRIGHT;
    };
  }

  /** The size of an image after it is oriented. */
  ImageSize apply(ImageSize stored) {
    return transposed ? new ImageSize(stored.width(), stored.height(), stored.channels()) : stored;
  }

  /**
   * Orients an image.
   *
   * @param pixels (channels, height, width)
   * @param stored the size of {@code pixels}
   * @return pixels of the size {@code apply(stored)}
   */
  byte[] apply(byte[] pixels, ImageSize stored) {
    if (equals(UPRIGHT)) {
      return pixels;
    }
    ImageSize size = apply(stored);
    byte[] oriented = new byte[pixels.length];
    int at = 0;
    for (int channel = 0; channel < size.channels(); channel++) {
      int plane = channel * size.height() * size.width();
      for (int y = 0; y < size.height(); y++) {
        int row = flippedRows ? size.height() - 1 - y : y;
        for (int x = 0; x < size.width(); x++) {
          int column = flippedColumns ? size.width() - 1 - x : x;
          int from = transposed ? column * stored.width() + row : row * stored.width() + column;
          oriented[at++] = pixels[plane + from];
        }
      }
    }
    return oriented;
  }
}
