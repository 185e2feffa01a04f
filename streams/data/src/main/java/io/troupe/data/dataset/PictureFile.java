package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A PNG or JPEG file.
 *
 * @param file where it is
 */
record PictureFile(Path file) {
  private static final long MAX_FILE_BYTES = 64L << 20;
  private static final long MAX_PIXELS = 1L << 26;

  /**
   * A picture's size.
   *
   * @param height in pixels
   * @param width in pixels
   * @param channels 1 grey, 3 colour
   */
  record Size(int height, int width, int channels) {}

  /** What is done with an open decoder. */
  @FunctionalInterface
  private interface Decoding<T> {
    T decode(ImageReader reader) throws IOException;
  }

  /** Whether the name says that it is one. */
  static boolean isAt(Path file) {
    String name = DataFile.lowerName(file);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  /**
   * The size that the header claims.
   *
   * @throws DataFormatException if it is no picture, or too large
   */
  Size size() {
    return decoding(
        reader -> {
          int channels =
              reader.getRawImageType(0) == null ? 3 : reader.getRawImageType(0).getNumBands();
          return new Size(reader.getHeight(0), reader.getWidth(0), channels < 3 ? 1 : 3);
        });
  }

  /**
   * The pixels, (channels, height, width), resized where the picture has another size.
   *
   * @param size wanted; grey is 0.299 red + 0.587 green + 0.114 blue, as in PIL
   * @throws DataFormatException if it is damaged
   */
  byte[] pixels(Size size) {
    BufferedImage image = decoding(this::decode);
    byte[] pixels = size.channels() == 1 ? grey(image) : colour(image);
    return Resize.bilinear(
        pixels, size.channels(), image.getHeight(), image.getWidth(), size.height(), size.width());
  }

  private BufferedImage decode(ImageReader reader) throws IOException {
    AtomicReference<String> damage = new AtomicReference<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (warning.contains("Truncated")
              || warning.contains("Premature")
              || warning.contains("Corrupt")) {
            damage.set(warning);
          }
        });
    BufferedImage image = reader.read(0);
    if (damage.get() != null) {
      throw new IOException(damage.get());
    }
    return image;
  }

  private <T> T decoding(Decoding<T> decoding) {
    ImageReader reader = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes()))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new DataFormatException(file + " is neither a PNG nor a JPEG file");
      }
      reader = readers.next();
      reader.setInput(in, true, true); // texts and profiles are not unpacked
      long numPixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (numPixels > MAX_PIXELS) {
        throw new DataFormatException(
            "%s claims %,d pixels, more than the %,d that are read"
                .formatted(file, numPixels, MAX_PIXELS));
      }
      return decoding.decode(reader);
    } catch (DataFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the decoder throws either at damaged data
      throw new DataFormatException(
          "%s cannot be decoded: %s, fetch it again".formatted(file, firstLine(e)), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  private byte[] bytes() throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new DataFormatException(
          "%s has %,d bytes, more than the %,d of a picture that is read"
              .formatted(file, Files.size(file), MAX_FILE_BYTES));
    }
    byte[] bytes = Files.readAllBytes(file);
    if (DataFile.lowerName(file).endsWith(".png")) {
      PngChunks.requireWhole(file, bytes);
    }
    return bytes;
  }

  private static byte[] grey(BufferedImage image) {
    if (isGrey(image)) {
      return samples(image);
    }
    int[] colours = colours(image);
    byte[] pixels = new byte[colours.length];
    for (int i = 0; i < pixels.length; i++) {
      int rgb = colours[i];
      int weighted = (rgb >> 16 & 0xFF) * 19595 + (rgb >> 8 & 0xFF) * 38470 + (rgb & 0xFF) * 7471;
      pixels[i] = (byte) (weighted + 0x8000 >> 16);
    }
    return pixels;
  }

  private static byte[] colour(BufferedImage image) {
    int plane = image.getWidth() * image.getHeight();
    byte[] pixels = new byte[3 * plane];
    if (isGrey(image)) {
      byte[] samples = samples(image);
      for (int channel = 0; channel < 3; channel++) {
        System.arraycopy(samples, 0, pixels, channel * plane, plane);
      }
      return pixels;
    }
    int[] colours = colours(image);
    for (int i = 0; i < plane; i++) {
      pixels[i] = (byte) (colours[i] >> 16);
      pixels[plane + i] = (byte) (colours[i] >> 8);
      pixels[2 * plane + i] = (byte) colours[i];
    }
    return pixels;
  }

  private static int[] colours(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static boolean isGrey(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** Grey values as they are: Java would take them for linear light, and change them. */
  private static byte[] samples(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] samples = image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
    int unused = Math.max(0, image.getColorModel().getComponentSize(0) - Byte.SIZE);
    byte[] pixels = new byte[samples.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (samples[i] >> unused);
    }
    return pixels;
  }
}
