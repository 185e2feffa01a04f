package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.rollout.tokenizer.ByteTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  private static TextStream stream(String... stopStrings) {
    return new TextStream(new ByteTokenizer().incremental(), List.of(stopStrings));
  }

  private static String append(TextStream stream, String text) {
    StringBuilder deltas = new StringBuilder();
    for (int id : new ByteTokenizer().encode(text, false)) {
      deltas.append(stream.append(id));
    }
    return deltas.toString();
  }

  @Test
  void textThatMayBecomeAStopStringIsHeldBack() {
    TextStream stream = stream("\n\nQ:");

    assertThat(append(stream, "one\n\nQ")).isEqualTo("one");
    assertThat(append(stream, "uestion")).isEqualTo("\n\nQuestion");
    assertThat(stream.stoppedBy()).isNull();
  }

  @Test
  void theFirstStopStringCutsTheText() {
    TextStream stream = stream("END", "stop");

    assertThat(append(stream, "do not stop")).isEqualTo("do not ");
    assertThat(stream.stoppedBy()).isEqualTo("stop");
    assertThat(stream.finish()).isEmpty();
    assertThat(stream.text()).isEqualTo("do not ");
  }

  @Test
  void heldBackTextIsEmittedAtTheEnd() {
    TextStream stream = stream("###");

    assertThat(append(stream, "a##")).isEqualTo("a");
    assertThat(stream.finish()).isEqualTo("##");
    assertThat(stream.text()).isEqualTo("a##");
  }

  @Test
  void halfACharacterAtTheEndIsReplaced() {
    TextStream stream = stream();
    stream.append('a');
    stream.append(0xc3);

    assertThat(stream.finish()).isEqualTo("\ufffd");
  }

  @Test
  void aStopStringThatBeginsAnotherEndsFirst() {
    TextStream stream = stream("ab", "abc");

    assertThat(append(stream, "xab")).isEqualTo("x");
    assertThat(stream.stoppedBy()).isEqualTo("ab");
  }
}
