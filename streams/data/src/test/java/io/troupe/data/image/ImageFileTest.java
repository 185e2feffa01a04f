package io.troupe.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ImageFileTest.class.getResourceAsStream("images/" + name)) {
      return in.readAllBytes();
    }
  }

  private ImageFile image(String name, byte[] bytes) throws IOException {
    return new ImageFile(Files.write(folder.resolve(name), bytes));
  }

  @Test
  void pixelsMatchPil() throws IOException {
    List<String> lines =
        new String(resource("expected.csv"), StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines).hasSize(158);
    for (String line : lines) {
      String[] fields = line.split(",");
      ImageFile image = image(fields[0], resource(fields[0]));
      ImageSize size =
          new ImageSize(
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3]),
              fields[1].equals("L") ? 1 : 3);
      int[] expected = Arrays.stream(fields[4].split(" ")).mapToInt(Integer::parseInt).toArray();
      byte[] pixels = image.pixels(size);
      assertThat(pixels).hasSize(expected.length);
      int tolerance = tolerance(fields[0]);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs((pixels[i] & 0xFF) - expected[i]))
            .as("%s at %d", line.substring(0, 20), i)
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  /** Lossy formats have another implementation, which rounds differently. */
  private static int tolerance(String name) {
    if (name.equals("lossy.webp")) {
      return 8; // chroma is interpolated differently at edges
    }
    return name.matches(".*\\.jpe?g|color_jpeg.tiff|color_lossy.*") ? 3 : 0;
  }

  @Test
  void sizeIsReadFromTheHeader() throws IOException {
    assertThat(image("a.png", resource("gray_alpha.png")).size()).isEqualTo(new ImageSize(7, 5, 1));
    assertThat(image("a.png", resource("palette.png")).size().height()).isEqualTo(7);
    assertThat(image("a.jpg", resource("color.jpg")).size()).isEqualTo(new ImageSize(9, 11, 3));
    assertThat(image("a.jpg", resource("gray.jpeg")).size()).isEqualTo(new ImageSize(9, 11, 1));
    assertThat(image("a.png", resource("palette.png")).size()).isEqualTo(new ImageSize(7, 5, 3));
    assertThat(image("a.png", resource("bits.png")).size()).isEqualTo(new ImageSize(7, 5, 1));
    assertThat(image("a.jpg", resource("cmyk.jpg")).size()).isEqualTo(new ImageSize(9, 11, 3));
    assertThat(image("a.jpg", resource("orientation6.jpg")).size())
        .isEqualTo(new ImageSize(11, 9, 3));
  }

  @Test
  void everyTruncationOfAPngIsRejected() throws IOException {
    byte[] whole = resource("color.png");
    for (int length = 0; length < whole.length; length++) {
      String message = length < 8 ? "a.png must be a PNG file" : "a.png is ";
      assertRejected("a.png", Arrays.copyOf(whole, length), message);
    }
  }

  @Test
  void everyFlippedBitOfAPngIsRejected() throws IOException {
    byte[] whole = resource("gray.png");
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertRejected("a.png", damaged, at < 8 ? "a.png must be a PNG file" : "a.png is ");
    }
  }

  @Test
  void damagedJpegIsRejected() throws IOException {
    byte[] whole = resource("color.jpg");
    assertRejected("a.jpg", Arrays.copyOf(whole, whole.length - 20), "a.jpg cannot be decoded");
    assertRejected("a.jpg", Arrays.copyOf(whole, 200), "a.jpg cannot be decoded");
    assertRejected(
        "a.jpg",
        new byte[100],
        "a.jpg must be a PNG, JPEG, GIF, BMP, TIFF or WebP file, got other bytes");
  }

  @Test
  void aFileThatDoesNotExistIsNotCalledDamaged() throws IOException {
    ImageFile deleted = image("deleted.png", resource("gray.png"));
    Files.delete(folder.resolve("deleted.png"));
    assertThatThrownBy(() -> deleted.pixels(new ImageSize(7, 5, 1)))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("file " + folder.resolve("deleted.png") + " must exist");
  }

  @Test
  void pngWithTooManyPixelsIsRejectedBeforeDecoding() throws IOException {
    ByteBuffer png = ByteBuffer.wrap(resource("gray.png"));
    png.putInt(16, 1 << 20).putInt(20, 1 << 20);
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    png.putInt(29, (int) crc.getValue());
    assertRejected(
        "a.png", png.array(), "a.png must have at most 67,108,864 pixels, got 1,099,511,627,776");
  }

  private void assertRejected(String name, byte[] bytes, String message) throws IOException {
    ImageFile image = image(name, bytes);
    assertThatThrownBy(() -> image.pixels(new ImageSize(7, 5, 1)))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}
