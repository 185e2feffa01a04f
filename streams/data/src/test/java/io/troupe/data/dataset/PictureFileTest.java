package io.troupe.data.dataset;

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

class PictureFileTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PictureFileTest.class.getResourceAsStream("pictures/" + name)) {
      return in.readAllBytes();
    }
  }

  private PictureFile picture(String name, byte[] bytes) throws IOException {
    return new PictureFile(Files.write(folder.resolve(name), bytes));
  }

  @Test
  void pixelsMatchPil() throws IOException {
    List<String> lines =
        new String(resource("expected.csv"), StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines).hasSize(72);
    for (String line : lines) {
      String[] fields = line.split(",");
      PictureFile picture = picture(fields[0], resource(fields[0]));
      PictureFile.Size size =
          new PictureFile.Size(
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3]),
              fields[1].equals("L") ? 1 : 3);
      int[] expected = Arrays.stream(fields[4].split(" ")).mapToInt(Integer::parseInt).toArray();
      byte[] pixels = picture.pixels(size);
      assertThat(pixels).hasSize(expected.length);
      int tolerance = fields[0].endsWith("png") ? 0 : 3; // another libjpeg, which rounds otherwise
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs((pixels[i] & 0xFF) - expected[i]))
            .as("%s at %d", line.substring(0, 20), i)
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  @Test
  void headersSayTheSize() throws IOException {
    assertThat(picture("a.png", resource("grey_alpha.png")).size())
        .isEqualTo(new PictureFile.Size(7, 5, 1));
    assertThat(picture("a.png", resource("palette.png")).size().height()).isEqualTo(7);
    assertThat(picture("a.jpg", resource("colour.jpg")).size())
        .isEqualTo(new PictureFile.Size(9, 11, 3));
    assertThat(picture("a.jpg", resource("grey.jpeg")).size())
        .isEqualTo(new PictureFile.Size(9, 11, 1));
  }

  @Test
  void everyTruncationOfAPngIsRefused() throws IOException {
    byte[] whole = resource("colour.png");
    for (int length = 0; length < whole.length; length++) {
      assertRefused("a.png", Arrays.copyOf(whole, length), "a.png is ");
    }
  }

  @Test
  void everyFlippedBitOfAPngIsRefused() throws IOException {
    byte[] whole = resource("grey.png");
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertRefused("a.png", damaged, "a.png is ");
    }
  }

  @Test
  void damagedJpegIsRefused() throws IOException {
    byte[] whole = resource("colour.jpg");
    assertRefused("a.jpg", Arrays.copyOf(whole, whole.length - 20), "a.jpg cannot be decoded");
    assertRefused("a.jpg", Arrays.copyOf(whole, 200), "a.jpg cannot be decoded");
    assertRefused("a.jpg", new byte[100], "a.jpg is neither a PNG nor a JPEG file");
  }

  @Test
  void pngThatClaimsTooManyPixelsIsRefusedBeforeItIsDecoded() throws IOException {
    ByteBuffer png = ByteBuffer.wrap(resource("grey.png"));
    png.putInt(16, 1 << 20).putInt(20, 1 << 20);
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    png.putInt(29, (int) crc.getValue());
    assertRefused("a.png", png.array(), "a.png claims 1,099,511,627,776 pixels");
  }

  private void assertRefused(String name, byte[] bytes, String message) throws IOException {
    PictureFile picture = picture(name, bytes);
    assertThatThrownBy(() -> picture.pixels(new PictureFile.Size(7, 5, 1)))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}
