package io.troupe.rollout.tokenizer;

import io.troupe.nn.checkpoint.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a {@link WordPieceTokenizer}.
 *
 * @param json text of {@code tokenizer.json}
 * @param settings text of {@code tokenizer_config.json}
 * @param tokens lines of {@code vocab.txt}
 */
public record WordPieceFiles(String json, String settings, List<String> tokens) {
  /** Copies the tokens. */
  public WordPieceFiles {
    tokens = List.copyOf(tokens);
  }

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code vocab.txt}.
   *
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    WholeFile.write(folder.resolve(TokenizerJson.TOKENIZER), json);
    WholeFile.write(folder.resolve(TokenizerJson.CONFIG), settings);
    WholeFile.write(folder.resolve(WordPieceJson.VOCABULARY), String.join("\n", tokens) + "\n");
  }
}
