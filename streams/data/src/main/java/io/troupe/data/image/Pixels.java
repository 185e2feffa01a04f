package io.troupe.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Converts decoded images to bytes of gray or RGB, (channels, height, width), as {@code convert} of
 * PIL does: samples are taken as they are stored, without the image's color profile; transparency
 * is dropped; a palette is looked up; of 16 bits the upper 8 are kept.
 */
final class Pixels {
  private Pixels() {}

  /** The pixels of an image with a palette, or with gray or RGB samples. */
  static byte[] of(BufferedImage image, int channels) throws IOException {
    byte[] gray = isGray(image) ? band(image.getRaster(), 0) : null;
    if (gray != null) {
      return channels == 1 ? gray : repeated(gray);
    }
    byte[] rgb = isPacked(image) ? unpacked(image) : bands(image);
    return channels == 1 ? luma(rgb) : rgb;
  }

  private static boolean isGray(BufferedImage image) {
    return !(image.getColorModel() instanceof IndexColorModel)
        && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static boolean isPacked(BufferedImage image) {
    return image.getColorModel() instanceof IndexColorModel
        || image.getColorModel() instanceof DirectColorModel;
  }

  private static byte[] repeated(byte[] gray) {
    byte[] rgb = new byte[3 * gray.length];
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(gray, 0, rgb, channel * gray.length, gray.length);
    }
    return rgb;
  }

  private static byte[] unpacked(BufferedImage image) {
    int[] colors =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    byte[] rgb = new byte[3 * colors.length];
    for (int i = 0; i < colors.length; i++) {
      rgb[i] = (byte) (colors[i] >> 16);
      rgb[colors.length + i] = (byte) (colors[i] >> 8);
      rgb[2 * colors.length + i] = (byte) colors[i];
    }
    return rgb;
  }

  private static byte[] bands(BufferedImage image) throws IOException {
    Raster raster = image.getRaster();
    int type = image.getColorModel().getColorSpace().getType();
    if (type != ColorSpace.TYPE_RGB || raster.getNumBands() < 3) {
      throw new IOException("it must be gray, RGB, CMYK or have a palette");
    }
    int plane = image.getWidth() * image.getHeight();
    byte[] rgb = new byte[3 * plane];
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(band(raster, channel), 0, rgb, channel * plane, plane);
    }
    return rgb;
  }

  private static byte[] band(Raster raster, int band) throws IOException {
    int bits = raster.getSampleModel().getSampleSize(band);
    if (bits > 16) {
      throw new IOException("it must have at most 16 bits per sample, got " + bits);
    }
    int[] samples =
        raster.getSamples(
            raster.getMinX(),
            raster.getMinY(),
            raster.getWidth(),
            raster.getHeight(),
            band,
            (int[]) null);
    int maximum = (1 << Math.min(bits, Byte.SIZE)) - 1;
    int unused = Math.max(0, bits - Byte.SIZE);
    byte[] pixels = new byte[samples.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((samples[i] >> unused) * 255 / maximum);
    }
    return pixels;
  }

  /** PIL's weights of red, green and blue, in 16 bits. */
  private static byte[] luma(byte[] rgb) {
    int plane = rgb.length / 3;
    byte[] gray = new byte[plane];
    for (int i = 0; i < plane; i++) {
      int weighted =
          (rgb[i] & 0xFF) * 19595
              + (rgb[plane + i] & 0xFF) * 38470
              + (rgb[2 * plane + i] & 0xFF) * 7471;
      gray[i] = (byte) (weighted + 0x8000 >> 16);
    }
    return gray;
  }

  /**
   * The pixels of CMYK samples.
   *
   * @param raster four bands, in which 255 is full ink
   */
  static byte[] ofCmyk(Raster raster, int channels) throws IOException {
    byte[] black = band(raster, 3);
    byte[] rgb = new byte[3 * black.length];
    for (int channel = 0; channel < 3; channel++) {
      byte[] ink = band(raster, channel);
      for (int i = 0; i < black.length; i++) {
        int light = 255 - (black[i] & 0xFF);
        int product = (ink[i] & 0xFF) * light + 128;
        rgb[channel * black.length + i] = (byte) (light - ((product >> 8) + product >> 8));
      }
    }
    return channels == 1 ? luma(rgb) : rgb;
  }
}
