package io.troupe.data.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Opens text files. The encoding is UTF-8, or the one that the byte-order mark names: UTF-8, UTF-16
 * little endian or UTF-16 big endian. The mark is not part of the text. Malformed bytes raise
 * {@link java.nio.charset.CharacterCodingException} while the text is read.
 */
public final class TextFile {
  private static final int MAX_MARK_BYTES = 3;

  private TextFile() {}

  /** Opens a file; a name that ends in {@code .gz} is unpacked. The caller closes the reader. */
  public static BufferedReader open(Path file) throws IOException {
    InputStream in = DataFile.open(file);
    try {
      return decode(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Decodes the text of a stream. Closing the reader closes the stream. */
  public static BufferedReader decode(InputStream in) throws IOException {
    PushbackInputStream start = new PushbackInputStream(in, MAX_MARK_BYTES);
    byte[] mark = start.readNBytes(MAX_MARK_BYTES);
    int markLength = markLength(mark);
    start.unread(mark, markLength, mark.length - markLength);
    return new BufferedReader(new InputStreamReader(start, charset(mark).newDecoder()));
  }

  private static int markLength(byte[] start) {
    if (startsWith(start, 0xEF, 0xBB, 0xBF)) {
      return 3;
    }
    return startsWith(start, 0xFF, 0xFE) || startsWith(start, 0xFE, 0xFF) ? 2 : 0;
  }

  private static Charset charset(byte[] start) {
    if (startsWith(start, 0xFF, 0xFE)) {
      return StandardCharsets.UTF_16LE;
    }
    return startsWith(start, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
