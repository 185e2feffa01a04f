package io.troupe.deploy.bench.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds the data of server-sent events (WHATWG HTML, section 9.2) in the bytes of an answer, as
 * they arrive. Comments, which servers send to keep a connection open, and other fields are
 * skipped. An event is limited in size. Not thread-safe.
 */
final class ServerSentEvents {
  /** Maximum number of bytes of an event. */
  static final int MAX_EVENT_BYTES = 1 << 20;

  private static final byte[] FIELD = "data:".getBytes(StandardCharsets.US_ASCII);

  private final Reader reader;
  private final Bytes line = new Bytes();
  private final Bytes data = new Bytes();
  private boolean hasData;
  private boolean afterCarriageReturn;

  /** Gets the events. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads the data of an event.
     *
     * @param bytes UTF-8, in which the data has the first {@code length} bytes; valid during the
     *     call
     */
    void read(byte[] bytes, int length) throws IOException;
  }

  /** An array that grows. */
  private static final class Bytes extends ByteArrayOutputStream {
    Bytes() {
      super(512);
    }

    byte[] array() {
      return buf;
    }

    boolean startsWith(byte[] start) {
      if (count < start.length) {
        return false;
      }
      for (int i = 0; i < start.length; i++) {
        if (buf[i] != start[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** No bytes have arrived yet. */
  ServerSentEvents(Reader reader) {
    this.reader = reader;
  }

  /**
   * Adds bytes of the answer, and gives the events that they complete to the reader.
   *
   * @throws IOException if an event is too large, or its reader fails
   */
  void add(byte[] bytes, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      byte next = bytes[i];
      boolean endsTwice = next == '\n' && afterCarriageReturn;
      afterCarriageReturn = next == '\r';
      if (next != '\n' && next != '\r') {
        line.write(next);
        requireFits(line.size());
      } else if (!endsTwice) { // a line ends with LF, CR or CR LF
        endLine();
        line.reset();
      }
    }
  }

  private void endLine() throws IOException {
    if (line.size() == 0) {
      if (hasData) {
        hasData = false;
        reader.read(data.array(), data.size());
        data.reset();
      }
    } else if (line.startsWith(FIELD)) {
      if (hasData) {
        data.write('\n');
      }
      boolean hasSpace = line.size() > FIELD.length && line.array()[FIELD.length] == ' ';
      int from = hasSpace ? FIELD.length + 1 : FIELD.length;
      data.write(line.array(), from, line.size() - from);
      hasData = true;
      requireFits(data.size());
    }
  }

  private static void requireFits(int size) throws IOException {
    if (size > MAX_EVENT_BYTES) {
      throw new IOException("an event must have at most " + MAX_EVENT_BYTES + " bytes, got more");
    }
  }
}
