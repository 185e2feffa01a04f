package io.troupe.deploy.bench.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the data of server-sent events (WHATWG HTML, section 9.2). Comments, which servers send to
 * keep a connection open, and other fields are skipped. An event is limited in size.
 */
final class ServerSentEvents {
  /** Maximum number of bytes of an event. */
  static final int MAX_EVENT_BYTES = 1 << 20;

  private static final String DATA = "data:";

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;
  private boolean afterCarriageReturn;

  /**
   * A reader.
   *
   * @param in the body of the answer, which the caller closes
   */
  ServerSentEvents(InputStream in) {
    this.in = in;
  }

  /**
   * The data of the next event.
   *
   * @return null at the end of the stream
   * @throws IOException if the connection fails or an event is too large
   */
  String next() throws IOException {
    StringBuilder data = null;
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) {
          return data.toString();
        }
      } else if (line.startsWith(DATA)) {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(line, line.startsWith(" ", DATA.length()) ? 6 : 5, line.length());
        requireFits(data.length());
      }
    }
    return null;
  }

  /** The next line without its end, which is LF, CR or CR LF; null at the end of the stream. */
  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int next = read(); next >= 0; next = read()) {
      if (next == '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        continue;
      }
      afterCarriageReturn = next == '\r';
      if (next == '\n' || next == '\r') {
        return line.toString(StandardCharsets.UTF_8);
      }
      line.write(next);
      requireFits(line.size());
    }
    return null;
  }

  private int read() throws IOException {
    if (position == limit) {
      limit = in.read(buffer);
      position = 0;
      if (limit < 0) {
        limit = 0;
        return -1;
      }
    }
    return buffer[position++] & 0xFF;
  }

  private static void requireFits(int size) throws IOException {
    if (size > MAX_EVENT_BYTES) {
      throw new IOException("an event must have at most " + MAX_EVENT_BYTES + " bytes, got more");
    }
  }
}
