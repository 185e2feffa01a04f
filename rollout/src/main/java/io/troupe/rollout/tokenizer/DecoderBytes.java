package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes that a token adds to a text under the decoder of a {@code tokenizer.json}: byte-level
 * symbols (GPT-2, Qwen, Llama 3), or pieces of text in which a mark stands for a space, with or
 * without byte tokens such as {@code <0x0A>} (Llama 2, Gemma, T5).
 */
sealed interface DecoderBytes {
  /** A text at the end of tokens that end a word, which the decoder does not remove. */
  String SUFFIX = "end_of_word_suffix";

  /** The bytes of a token; empty if the token cannot be used. */
  byte[] of(String token);

  /** Whether a space at the start of a text is dropped. */
  boolean dropsFirstSpace();

  /** The parts of a {@code tokenizer.json} that {@link #of(JsonNode)} reads. */
  static JsonNode settings(JsonNode tokenizer) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.set("decoder", tokenizer.path("decoder").deepCopy());
    settings.put(SUFFIX, tokenizer.path("model").path(SUFFIX).asText(""));
    return settings;
  }

  /**
   * Reads the decoder of a tokenizer.
   *
   * @param settings from {@link #settings}
   * @throws IllegalArgumentException if the bytes of its tokens depend on the tokens around them
   */
  static DecoderBytes of(JsonNode settings) {
    List<JsonNode> decoders = steps(settings.path("decoder"));
    List<String> types = decoders.stream().map(step -> step.path("type").asText()).toList();
    boolean endsWords = !settings.path(SUFFIX).asText().isEmpty();
    if (types.contains("ByteLevel") && !endsWords) {
      return new Symbols();
    }
    if (!types.isEmpty() && !endsWords && decoders.stream().allMatch(DecoderBytes::isOfPieces)) {
      return Pieces.of(decoders);
    }
    throw new IllegalArgumentException(
        "tokenizer must decode byte-level symbols or SentencePiece pieces for a constraint on the"
            + " text, got the decoder "
            + (types.isEmpty() ? "none" : String.join(", ", types)));
  }

  private static List<JsonNode> steps(JsonNode decoder) {
    if (decoder.path("type").asText().equals("Sequence")) {
      List<JsonNode> steps = new ArrayList<>();
      decoder.path("decoders").forEach(steps::add);
      return steps;
    }
    return decoder.isObject() ? List.of(decoder) : List.of();
  }

  private static boolean isOfPieces(JsonNode step) {
    return switch (step.path("type").asText()) {
      case "ByteFallback", "Fuse" -> true;
      case "Metaspace" -> true;
      case "Replace" ->
          step.path("pattern").path("String").asText().length() == 1
              && step.path("content").asText().equals(" ");
      case "Strip" ->
          step.path("content").asText().equals(" ")
              && step.path("start").asInt() <= 1
              && step.path("stop").asInt() == 0;
      default -> false;
    };
  }

  /** Byte-level symbols; text with other characters stands for itself. */
  final class Symbols implements DecoderBytes {
    private final Map<Integer, Integer> byteOfSymbol = new HashMap<>();

    Symbols() {
      List<String> symbols = TokenizerJson.byteSymbols();
      for (int b = 0; b < symbols.size(); b++) {
        byteOfSymbol.put(symbols.get(b).codePointAt(0), b);
      }
    }

    @Override
    public byte[] of(String token) {
      int[] symbols = token.codePoints().toArray();
      byte[] bytes = new byte[symbols.length];
      for (int i = 0; i < symbols.length; i++) {
        Integer b = byteOfSymbol.get(symbols[i]);
        if (b == null) {
          return token.getBytes(StandardCharsets.UTF_8);
        }
        bytes[i] = b.byteValue();
      }
      return bytes;
    }

    @Override
    public boolean dropsFirstSpace() {
      return false;
    }
  }

  /**
   * Pieces of text.
   *
   * @param space the mark for a space; empty if there is none
   * @param hasByteTokens whether {@code <0xNN>} is a byte
   * @param dropsFirstSpace whether a space at the start of a text is dropped
   * @param dropsAllSpaces whether every space of the first token is dropped
   */
  record Pieces(
      String space, boolean hasByteTokens, boolean dropsFirstSpace, boolean dropsAllSpaces)
      implements DecoderBytes {

    static Pieces of(List<JsonNode> decoders) {
      String space = "";
      boolean hasByteTokens = false;
      boolean strips = false;
      boolean isMetaspace = false;
      for (JsonNode step : decoders) {
        switch (step.path("type").asText()) {
          case "Replace" -> space = step.path("pattern").path("String").asText();
          case "ByteFallback" -> hasByteTokens = true;
          case "Strip" -> strips = step.path("start").asInt() == 1;
          case "Metaspace" -> {
            space = step.path("replacement").asText("▁");
            isMetaspace = !step.path("prepend_scheme").asText().equals("never");
          }
          default -> {} // Fuse joins pieces
        }
      }
      return new Pieces(space, hasByteTokens, strips || isMetaspace, isMetaspace);
    }

    @Override
    public byte[] of(String token) {
      if (hasByteTokens && PretrainedTokenizer.BYTE_TOKEN.matcher(token).matches()) {
        return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
      }
      if (dropsAllSpaces && token.lastIndexOf(space) > 0) {
        return new byte[0]; // the number of its spaces depends on whether it is the first token
      }
      String text = space.isEmpty() ? token : token.replace(space, " ");
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
