package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.checkpoint.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a tokenizer whose tokens are whole words in lower case and punctuation. A text gets
 * a start and an end; as in CLIP, the end also fills texts and stands for unknown words.
 *
 * @param words by id; the last two are start and end
 */
public record WordLevelFiles(List<String> words) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the words. */
  public WordLevelFiles {
    words = List.copyOf(words);
  }

  private int endId() {
    return words.size() - 1;
  }

  private String end() {
    return words.get(endId());
  }

  private String start() {
    return words.get(endId() - 1);
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param length maximum number of tokens of a text
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public void save(Path folder, int length) throws IOException {
    Files.createDirectories(folder);
    WholeFile.write(folder.resolve(TokenizerJson.TOKENIZER), tokenizer().toPrettyString() + "\n");
    WholeFile.write(folder.resolve(TokenizerJson.CONFIG), settings(length).toPrettyString() + "\n");
  }

  private ObjectNode tokenizer() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    added.add(TokenizerJson.addedToken(endId() - 1, start()));
    added.add(TokenizerJson.addedToken(endId(), end()));
    json.putObject("normalizer").put("type", "Lowercase");
    json.putObject("pre_tokenizer").put("type", "Whitespace");
    ObjectNode ends = json.putObject("post_processor").put("type", "BertProcessing");
    ends.putArray("sep").add(end()).add(endId());
    ends.putArray("cls").add(start()).add(endId() - 1);
    json.putNull("decoder");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < words.size(); id++) {
      vocabulary.put(words.get(id), id);
    }
    model.put("unk_token", end());
    return json;
  }

  private ObjectNode settings(int length) {
    ObjectNode settings = JSON.createObjectNode();
    settings.put("tokenizer_class", "PreTrainedTokenizerFast");
    settings.put("bos_token", start());
    settings.put("eos_token", end());
    settings.put("unk_token", end());
    settings.put("pad_token", end());
    settings.put("model_max_length", length);
    settings.put("clean_up_tokenization_spaces", false);
    return settings;
  }
}
