package io.troupe.data.csv;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Passes CSV text through and fails at its end if a quoted field is still open. The parser would
 * take the rest of the file as the content of that field.
 */
final class ClosedQuotes extends FilterReader {
  private enum State {
    FIELD_START,
    UNQUOTED,
    QUOTED,
    AFTER_QUOTE
  }

  private final char separator;
  private State state = State.FIELD_START;
  private long line = 1;
  private long openedInLine;

  ClosedQuotes(Reader in, char separator) {
    super(in);
    this.separator = separator;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    for (int i = offset; i < offset + read; i++) {
      advance(buffer[i]);
    }
    if (read < 0 && state == State.QUOTED) {
      throw new IOException("the quoted field that starts in line " + openedInLine + " is open");
    }
    return read;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  private void advance(char c) {
    if (c == '\n') {
      line++;
    }
    switch (state) {
      case QUOTED -> state = c == '"' ? State.AFTER_QUOTE : State.QUOTED;
      case AFTER_QUOTE -> state = c == '"' ? State.QUOTED : unquoted(c);
      case UNQUOTED -> state = unquoted(c);
      case FIELD_START -> {
        state = c == '"' ? State.QUOTED : unquoted(c);
        openedInLine = line;
      }
    }
  }

  private State unquoted(char c) {
    return c == separator || c == '\n' || c == '\r' ? State.FIELD_START : State.UNQUOTED;
  }
}
