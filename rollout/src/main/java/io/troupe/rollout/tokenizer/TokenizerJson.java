package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.checkpoint.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The files {@code tokenizer.json} and {@code tokenizer_config.json} of the character and the byte
 * tokenizer: a byte-pair vocabulary without merges, so that every character or byte stays a token.
 */
final class TokenizerJson {
  static final String TOKENIZER = "tokenizer.json";
  static final String CONFIG = "tokenizer_config.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode tokenizer = JSON.createObjectNode();
  private final SpecialTokens specialTokens;

  private TokenizerJson(List<String> tokens, SpecialTokens specialTokens, int firstSpecial) {
    this.specialTokens = specialTokens;
    tokenizer.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = tokenizer.putArray("added_tokens");
    for (int i = 0; i < SpecialTokens.COUNT; i++) {
      added.add(addedToken(firstSpecial + i, specialTokens.tokens().get(i)));
    }
    tokenizer.putNull("normalizer").putNull("pre_tokenizer");
    tokenizer.set("post_processor", startsWith(firstSpecial + 1, specialTokens.bos()));
    tokenizer.putNull("decoder");
    tokenizer.set("model", model(tokens));
  }

  /**
   * The files of tokens that are characters.
   *
   * @param tokens in the order of their ids, special ones included
   * @param firstSpecial the id of the first special token
   */
  static TokenizerJson ofCharacters(
      List<String> tokens, SpecialTokens specialTokens, int firstSpecial) {
    TokenizerJson json = new TokenizerJson(tokens, specialTokens, firstSpecial);
    json.tokenizer.set("decoder", JSON.createObjectNode().put("type", "Fuse"));
    return json;
  }

  /** The files of tokens that are {@link #byteSymbols}. */
  static TokenizerJson ofBytes(List<String> tokens, SpecialTokens specialTokens, int firstSpecial) {
    TokenizerJson json = new TokenizerJson(tokens, specialTokens, firstSpecial);
    json.tokenizer.set("pre_tokenizer", byteLevel());
    json.tokenizer.set("decoder", byteLevel());
    return json;
  }

  private static ObjectNode byteLevel() {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
  }

  static ObjectNode addedToken(int id, String content) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static ObjectNode startsWith(int id, String token) {
    ObjectNode template = JSON.createObjectNode().put("type", "TemplateProcessing");
    ObjectNode special = JSON.createObjectNode();
    special.putObject("SpecialToken").put("id", token).put("type_id", 0);
    template.putArray("single").add(special).add(sequence("A", 0));
    template.putArray("pair").add(special.deepCopy()).add(sequence("A", 0)).add(sequence("B", 1));
    ObjectNode entry = template.putObject("special_tokens").putObject(token);
    entry.put("id", token).putArray("ids").add(id);
    entry.putArray("tokens").add(token);
    return template;
  }

  static ObjectNode sequence(String id, int typeId) {
    ObjectNode node = JSON.createObjectNode();
    node.putObject("Sequence").put("id", id).put("type_id", typeId);
    return node;
  }

  private static ObjectNode model(List<String> tokens) {
    ObjectNode model = JSON.createObjectNode().put("type", "BPE").putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    model.putArray("merges");
    return model;
  }

  /** Whether the written file would equal {@code other}. */
  boolean isEqualTo(JsonNode other) {
    return tokenizer.equals(other);
  }

  void save(Path folder) throws IOException {
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("bos_token", specialTokens.bos());
    config.put("eos_token", specialTokens.eos());
    config.put("pad_token", specialTokens.pad());
    config.put("clean_up_tokenization_spaces", false);
    Files.createDirectories(folder);
    WholeFile.write(folder.resolve(TOKENIZER), tokenizer.toPrettyString() + "\n");
    WholeFile.write(folder.resolve(CONFIG), config.toPrettyString() + "\n");
  }

  /** The tokens of a vocabulary in the order of their ids; empty unless ids run from 0 upwards. */
  static List<String> vocabulary(JsonNode tokenizer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    String[] tokens = new String[vocabulary.isObject() ? vocabulary.size() : 0];
    for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
      int id = entry.getValue().asInt(-1);
      if (id < 0 || id >= tokens.length || tokens[id] != null) {
        return List.of();
      }
      tokens[id] = entry.getKey();
    }
    return Arrays.asList(tokens);
  }

  /**
   * The character that stands for each byte in a byte-level vocabulary, as GPT-2 chose them:
   * printable characters of Latin-1 for themselves, the others moved up from U+0100.
   */
  static List<String> byteSymbols() {
    List<String> symbols = new ArrayList<>();
    int moved = 0;
    for (int b = 0; b < ByteTokenizer.NUM_BYTES; b++) {
      boolean printable = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      symbols.add(Character.toString(printable ? b : 0x100 + moved++));
    }
    return symbols;
  }
}
