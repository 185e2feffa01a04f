package io.troupe.deploy.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
  private static List<String> read(InputStream in) throws IOException {
    List<String> all = new ArrayList<>();
    ServerSentEvents events =
        new ServerSentEvents(
            (data, length) -> all.add(new String(data, 0, length, StandardCharsets.UTF_8)));
    byte[] buffer = new byte[8192];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      events.add(buffer, length);
    }
    return all;
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns one byte per read, as a slow connection does. */
  private static InputStream slowly(String text) {
    InputStream whole = bytes(text);
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return whole.read();
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return whole.read(target, offset, Math.min(1, length));
      }
    };
  }

  @Test
  void anyLineEndSeparatesEvents() throws IOException {
    for (String end : List.of("\n", "\r\n", "\r")) {
      String text = "data: one" + end + end + "data:two" + end + "data: é" + end + end;
      assertThat(read(bytes(text))).containsExactly("one", "two\né");
      assertThat(read(slowly(text))).containsExactly("one", "two\né");
    }
  }

  @Test
  void pingsAndOtherFieldsAreSkipped() throws IOException {
    assertThat(read(bytes(": ping\n\nevent: token\nid: 7\ndata: x\n\n: ping\n\n")))
        .containsExactly("x");
  }

  @Test
  void eventWithoutItsEndIsDropped() throws IOException {
    assertThat(read(bytes("data: one\n\ndata: cut"))).containsExactly("one");
  }

  @Test
  void largeEventsAreRejected() {
    String line = "data: " + "x".repeat(ServerSentEvents.MAX_EVENT_BYTES / 2) + "\n";
    assertThatThrownBy(() -> read(bytes(line.repeat(3))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most 1048576 bytes");
    String endless = "data: " + "x".repeat(ServerSentEvents.MAX_EVENT_BYTES);
    assertThatThrownBy(() -> read(bytes(endless))).hasMessageContaining("at most 1048576 bytes");
  }
}
