package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteTokenizerTest {
  private final ByteTokenizer tokenizer = new ByteTokenizer();

  @Test
  void bytesAreTheirOwnIds() {
    assertThat(tokenizer.encode("aé")).containsExactly(257, 'a', 0xc3, 0xa9);
    assertThat(tokenizer.decode(new int[] {257, 'a', 0xc3, 0xa9, 258})).isEqualTo("aé");
  }

  @Test
  void aCharacterAppearsWithItsLastByte() {
    Detokenizer detokenizer = tokenizer.incremental();

    assertThat(detokenizer.append(0xe2)).isEmpty();
    assertThat(detokenizer.append(0x82)).isEmpty();
    assertThat(detokenizer.append(0xac)).isEqualTo("€");
    assertThat(detokenizer.flush()).isEmpty();
  }

  @Test
  void bytesOfTheContextCompleteACharacter() {
    assertThat(tokenizer.decodeContinuation(new int[] {'x', 0xc3}, new int[] {0xa9, 'y'}))
        .isEqualTo("éy");
  }

  @Test
  void malformedBytesAreReplacedAsWhenDecodedAtOnce() {
    SplittableRandom random = new SplittableRandom(3);
    int[] heavy = {0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 'a', 0xff, 0xf8, 0xed, 0xa0};
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(1, 12)];
      int[] ids = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        ids[i] = random.nextInt(4) == 0 ? random.nextInt(256) : heavy[random.nextInt(heavy.length)];
        bytes[i] = (byte) ids[i];
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      assertThat(Detokenizing.inPieces(tokenizer, ids, random))
          .as("round %d", round)
          .isEqualTo(text);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }
}
