package io.troupe.data.prompt;

import io.troupe.rollout.tokenizer.Detokenizer;
import io.troupe.rollout.tokenizer.TokenBytes;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A tokenizer with one token per character; token 0 is the end of text. */
final class CharacterIds implements Tokenizer {

  @Override
  public int vocabSize() {
    return 1 << 16;
  }

  @Override
  public OptionalInt bosTokenId() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eosTokenId() {
    return OptionalInt.of(0);
  }

  @Override
  public OptionalInt padTokenId() {
    return OptionalInt.empty();
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    return text.chars().toArray();
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecialTokens) {
    return Arrays.stream(tokenIds)
        .mapToObj(id -> String.valueOf((char) id))
        .collect(Collectors.joining());
  }

  @Override
  public Detokenizer incremental(int[] context) {
    throw new UnsupportedOperationException("these tests decode whole texts");
  }

  @Override
  public TokenBytes tokenBytes() {
    throw new UnsupportedOperationException("these tests constrain no text");
  }

  @Override
  public void save(Path folder) {
    throw new UnsupportedOperationException("these tests save nothing");
  }
}
