package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The vocabulary of CLIP in the two files of published pipelines, {@code vocab.json} and {@code
 * merges.txt}, as the {@code tokenizer.json} that transformers makes of them.
 */
final class ClipVocabulary {
  private static final String VOCAB = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final String WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ClipVocabulary() {}

  /** Whether a folder has these files and names CLIP's tokenizer. */
  static boolean isAt(Path folder) {
    return Files.isRegularFile(folder.resolve(VOCAB))
        && Files.isRegularFile(folder.resolve(MERGES))
        && AutoTokenizer.readOptional(folder, TokenizerJson.CONFIG)
            .filter(config -> config.path("tokenizer_class").asText().startsWith("CLIPTokenizer"))
            .isPresent();
  }

  /**
   * The content of {@code tokenizer.json}.
   *
   * @throws TokenizerFormatException if a file is not valid
   */
  static ObjectNode tokenizerJson(Path folder) {
    JsonNode vocab = AutoTokenizer.readOptional(folder, VOCAB).orElseThrow();
    int start = id(folder, vocab, START);
    int end = id(folder, vocab, END);
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    added.add(TokenizerJson.addedToken(start, START));
    added.add(TokenizerJson.addedToken(end, END));
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "NFC");
    ObjectNode spaces = normalizers.addObject().put("type", "Replace");
    spaces.putObject("pattern").put("Regex", "\\s+");
    spaces.put("content", " ");
    normalizers.addObject().put("type", "Lowercase");
    ArrayNode parts =
        json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    ObjectNode split = parts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", WORDS);
    split.put("behavior", "Removed").put("invert", true);
    parts.add(byteLevel(false));
    ObjectNode ends = json.putObject("post_processor").put("type", "RobertaProcessing");
    ends.putArray("sep").add(END).add(end);
    ends.putArray("cls").add(START).add(start);
    ends.put("trim_offsets", false).put("add_prefix_space", false);
    json.set("decoder", byteLevel(true));
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout");
    model.put("unk_token", END);
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    model.set("vocab", vocab);
    addMerges(folder.resolve(MERGES), model.putArray("merges"));
    return json;
  }

  private static int id(Path folder, JsonNode vocab, String token) {
    if (!vocab.path(token).canConvertToInt() || !vocab.path(token).isIntegralNumber()) {
      throw new TokenizerFormatException(
          "%s must contain %s, got %s".formatted(folder.resolve(VOCAB), token, vocab.path(token)));
    }
    return vocab.path(token).intValue();
  }

  private static ObjectNode byteLevel(boolean addsSpace) {
    return JSON.createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", addsSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  /** A merge for each line after the first, which has the version. */
  private static void addMerges(Path file, ArrayNode merges) {
    int number = 0;
    for (String line : AutoTokenizer.readText(file).lines().toList()) {
      number++;
      if (line.isBlank() || (number == 1 && line.startsWith("#"))) {
        continue;
      }
      String[] pair = line.strip().split(" ");
      if (pair.length != 2) {
        throw new TokenizerFormatException(
            "%s: line %d must have two tokens, got %d".formatted(file, number, pair.length));
      }
      merges.addArray().add(pair[0]).add(pair[1]);
    }
  }
}
