package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One token per byte of a text in UTF-8: ids 0 to 255 are the bytes, followed by the padding, BOS
 * and EOS tokens. With special tokens, an encoded text starts with BOS.
 */
public final class ByteTokenizer implements Tokenizer {
  static final int NUM_BYTES = 256;

  private final SpecialTokens specialTokens;

  /** A tokenizer with the default special tokens. */
  public ByteTokenizer() {
    this(SpecialTokens.DEFAULT);
  }

  /** A tokenizer. */
  public ByteTokenizer(SpecialTokens specialTokens) {
    this.specialTokens = specialTokens;
  }

  @Override
  public int vocabSize() {
    return NUM_BYTES + SpecialTokens.COUNT;
  }

  @Override
  public OptionalInt padTokenId() {
    return OptionalInt.of(NUM_BYTES);
  }

  @Override
  public OptionalInt bosTokenId() {
    return OptionalInt.of(NUM_BYTES + 1);
  }

  @Override
  public OptionalInt eosTokenId() {
    return OptionalInt.of(NUM_BYTES + 2);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    Ids ids = new Ids(text.length() + 1);
    if (addSpecialTokens) {
      ids.add(bosTokenId().getAsInt());
    }
    int plain = 0; // where the text begins that is not encoded yet
    for (int i = 0; i < text.length(); ) {
      int special = specialTokens.at(text, i);
      if (special < 0) {
        i++;
        continue;
      }
      addBytes(text.substring(plain, i), ids);
      ids.add(NUM_BYTES + special);
      i += specialTokens.tokens().get(special).length();
      plain = i;
    }
    addBytes(text.substring(plain), ids);
    return ids.toArray();
  }

  private static void addBytes(String text, Ids ids) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      ids.add(b & 0xff);
    }
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecialTokens) {
    Utf8Stream bytes = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (int id : tokenIds) {
      if (id >= 0 && id < NUM_BYTES) {
        text.append(bytes.append((byte) id));
      } else if (!skipSpecialTokens && id >= NUM_BYTES && id < vocabSize()) {
        text.append(bytes.flush()).append(specialTokens.tokens().get(id - NUM_BYTES));
      }
    }
    return text.append(bytes.flush()).toString();
  }

  @Override
  public Detokenizer incremental(int[] context) {
    Utf8Stream bytes = new Utf8Stream();
    Detokenizer detokenizer =
        new Detokenizer() {
          @Override
          public String append(int tokenId) {
            return tokenId >= 0 && tokenId < NUM_BYTES ? bytes.append((byte) tokenId) : "";
          }

          @Override
          public String flush() {
            return bytes.flush();
          }
        };
    detokenizer.append(context);
    return detokenizer;
  }

  @Override
  public TokenBytes tokenBytes() {
    List<byte[]> bytes = new ArrayList<>();
    for (int b = 0; b < NUM_BYTES; b++) {
      bytes.add(new byte[] {(byte) b});
    }
    for (int i = 0; i < SpecialTokens.COUNT; i++) {
      bytes.add(new byte[0]);
    }
    return new TokenBytes(bytes, false);
  }

  @Override
  public void save(Path folder) throws IOException {
    json().save(folder);
  }

  private TokenizerJson json() {
    List<String> tokens = new ArrayList<>(TokenizerJson.byteSymbols());
    tokens.addAll(specialTokens.tokens());
    return TokenizerJson.ofBytes(tokens, specialTokens, NUM_BYTES);
  }

  /** The tokenizer of a {@code tokenizer.json}, if this class has written it. */
  static Optional<Tokenizer> read(JsonNode written) {
    List<String> tokens = TokenizerJson.vocabulary(written);
    if (tokens.size() != NUM_BYTES + SpecialTokens.COUNT) {
      return Optional.empty();
    }
    List<String> special = tokens.subList(NUM_BYTES, tokens.size());
    try {
      ByteTokenizer tokenizer =
          new ByteTokenizer(new SpecialTokens(special.get(0), special.get(1), special.get(2)));
      return tokenizer.json().isEqualTo(written) ? Optional.of(tokenizer) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // tokens that no tokenizer of this class can have
    }
  }
}
