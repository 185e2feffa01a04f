package io.troupe.data.image;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * An image file: PNG, JPEG, GIF, BMP, TIFF or WebP. Of several images in a file the first is read.
 * The orientation of EXIF data is applied.
 *
 * @param file path of the file
 */
public record ImageFile(Path file) {
  /** The formats, for messages. */
  public static final String FORMATS = "PNG, JPEG, GIF, BMP, TIFF or WebP";

  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp");
  private static final int MAX_FILE_BYTES = 64 << 20;
  private static final long MAX_PIXELS = 1L << 26;

  /** Uses an open decoder. */
  @FunctionalInterface
  private interface Decoding<T> {
    T decode(ImageReader reader, byte[] file) throws IOException;
  }

  /** Returns whether the name of a file has the ending of an image and is not hidden. */
  public static boolean isAt(Path file) {
    String name = DataFile.lowerName(file);
    return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * The size in the header, after the orientation is applied.
   *
   * @throws DataFormatException if the file is no image, or too large
   */
  public ImageSize size() {
    return decoding(
        (reader, file) ->
            Orientation.read(file)
                .apply(new ImageSize(reader.getHeight(0), reader.getWidth(0), channels(reader))));
  }

  private static int channels(ImageReader reader) throws IOException {
    ImageTypeSpecifier type = reader.getRawImageType(0);
    if (type == null) {
      return 3;
    }
    ColorModel model = type.getColorModel();
    return model instanceof IndexColorModel palette
        ? (isGray(palette) ? 1 : 3)
        : (type.getNumBands() < 3 ? 1 : 3);
  }

  private static boolean isGray(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The pixels, (channels, height, width), resized if the image has another size.
   *
   * @param size to return; gray is 0.299 red + 0.587 green + 0.114 blue, as in PIL
   * @throws DataFormatException if the file is damaged
   */
  public byte[] pixels(ImageSize size) {
    return decoding(
        (reader, file) -> {
          ImageSize stored =
              new ImageSize(reader.getHeight(0), reader.getWidth(0), size.channels());
          byte[] pixels = decode(reader, file, size.channels());
          if (pixels.length != stored.channels() * stored.height() * stored.width()) {
            throw new IOException("its content has another size than its header");
          }
          Orientation orientation = Orientation.read(file);
          ImageSize upright = orientation.apply(stored);
          return Resize.bilinear(
              orientation.apply(pixels, stored),
              size.channels(),
              upright.height(),
              upright.width(),
              size.height(),
              size.width());
        });
  }

  private static byte[] decode(ImageReader reader, byte[] file, int channels) throws IOException {
    AtomicReference<String> damage = new AtomicReference<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (warning.contains("Truncated")
              || warning.contains("Premature")
              || warning.contains("Corrupt")) {
            damage.set(warning);
          }
        });
    byte[] pixels = decoded(reader, file, channels);
    if (damage.get() != null) {
      throw new IOException(damage.get());
    }
    return pixels;
  }

  private static byte[] decoded(ImageReader reader, byte[] file, int channels) throws IOException {
    if (reader.getFormatName().equalsIgnoreCase("jpeg") && isCmyk(reader)) {
      return Pixels.ofCmyk(CmykJpeg.of(file).inks(reader.readRaster(0, null)), channels);
    }
    BufferedImage image = reader.read(0);
    return image.getColorModel().getNumColorComponents() == 4
        ? Pixels.ofCmyk(image.getRaster(), channels)
        : Pixels.of(image, channels);
  }

  private static boolean isCmyk(ImageReader reader) throws IOException {
    ImageTypeSpecifier type = reader.getRawImageType(0);
    return type == null || type.getColorModel().getNumColorComponents() == 4;
  }

  private <T> T decoding(Decoding<T> decoding) {
    byte[] bytes = bytes();
    ImageReader reader = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader = reader(in);
      reader.setInput(in, true, true);
      requirePixels((long) reader.getWidth(0) * reader.getHeight(0));
      return decoding.decode(reader, bytes);
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

  private ImageReader reader(ImageInputStream in) throws IIOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw new DataFormatException(file + " must be a " + FORMATS + " file, got other bytes");
    }
    return readers.next();
  }

  private void requirePixels(long numPixels) {
    if (numPixels > MAX_PIXELS) {
      throw new DataFormatException(
          "%s must have at most %,d pixels, got %,d".formatted(file, MAX_PIXELS, numPixels));
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  private byte[] bytes() {
    byte[] bytes = DataFile.read(file, this::read);
    if (DataFile.lowerName(file).endsWith(".png")) {
      PngChunks.requireWhole(file, bytes);
    }
    return bytes;
  }

  private byte[] read(InputStream in) throws IOException {
    requireBytes(Files.size(file));
    byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1); // more than its size if it is packed
    requireBytes(bytes.length);
    return bytes;
  }

  private void requireBytes(long numBytes) {
    if (numBytes > MAX_FILE_BYTES) {
      throw new DataFormatException(
          "%s must have at most %,d bytes, got %,d".formatted(file, MAX_FILE_BYTES, numBytes));
    }
  }
}
