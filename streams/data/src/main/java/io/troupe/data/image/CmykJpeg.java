package io.troupe.data.image;

import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;

/**
 * The inks of a JPEG with four components. They are stored inverted, as Adobe does and PIL assumes
 * for every file, and often as YCCK, whose first three components are luma and chroma.
 *
 * @param isYcck whether the first three components are luma and chroma
 */
record CmykJpeg(boolean isYcck) {
  private static final int APP14 = 0xEE;
  private static final int START_OF_SCAN = 0xDA;
  private static final int TRANSFORM_OFFSET = 11; // after "Adobe", version and flags
  private static final int TRANSFORM_YCCK = 2;

  /** Reads the Adobe segment, if there is one. */
  static CmykJpeg of(byte[] file) {
    int at = 2;
    while (at + 4 <= file.length && (file[at] & 0xFF) == 0xFF) {
      int marker = file[at + 1] & 0xFF;
      int length = (file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF;
      if (marker == START_OF_SCAN) {
        break;
      }
      int content = at + 4;
      if (marker == APP14 && isAdobe(file, content) && content + TRANSFORM_OFFSET < file.length) {
        return new CmykJpeg(file[content + TRANSFORM_OFFSET] == TRANSFORM_YCCK);
      }
      at += 2 + Math.max(2, length);
    }
    return new CmykJpeg(false);
  }

  private static boolean isAdobe(byte[] file, int at) {
    String name = "Adobe";
    for (int i = 0; i < name.length(); i++) {
      if (at + i >= file.length || file[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The inks as {@link Pixels#ofCmyk} reads them; the argument is changed. */
  Raster inks(Raster decoded) throws IOException {
    if (!(decoded instanceof WritableRaster raster) || raster.getNumBands() != 4) {
      throw new IOException("it must have four components, got " + decoded.getNumBands());
    }
    int[] pixel = new int[4];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        raster.getPixel(x, y, pixel);
        if (isYcck) {
          toInvertedInks(pixel);
        }
        for (int i = 0; i < 4; i++) {
          pixel[i] = 255 - pixel[i];
        }
        raster.setPixel(x, y, pixel);
      }
    }
    return raster;
  }

  /** The conversion of libjpeg: the complement of JFIF's RGB. */
  private static void toInvertedInks(int[] pixel) {
    double luma = pixel[0];
    double blue = pixel[1] - 128;
    double red = pixel[2] - 128;
    pixel[0] = 255 - clamp(luma + 1.402 * red);
    pixel[1] = 255 - clamp(luma - 0.344136 * blue - 0.714136 * red);
    pixel[2] = 255 - clamp(luma + 1.772 * blue);
  }

  private static int clamp(double value) {
    return Math.clamp(Math.round(value), 0, 255);
  }
}
