package io.troupe.rollout.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The vocabulary of BERT's first tokenizers: {@code vocab.txt} with a token in each line.
 *
 * @param file the file
 * @param tokens in the order of their ids
 * @param lowerCase {@code do_lower_case} of {@code tokenizer_config.json}; true if it is absent
 */
record VocabularyFile(Path file, List<String> tokens, boolean lowerCase) {

  /** Whether a folder has such a vocabulary. */
  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(WordPieceJson.VOCABULARY));
  }

  /**
   * Reads the vocabulary of a folder.
   *
   * @throws TokenizerFormatException if it is missing, or a token is in it twice
   */
  static VocabularyFile read(Path folder) {
    Path file = folder.resolve(WordPieceJson.VOCABULARY);
    if (!isIn(folder)) {
      throw new TokenizerFormatException(
          folder + " must contain tokenizer.json or vocab.txt, got neither");
    }
    List<String> tokens = AutoTokenizer.readText(file).lines().toList();
    Set<String> known = new HashSet<>();
    for (String token : tokens) {
      if (!known.add(token)) {
        throw new TokenizerFormatException(
            file + " must contain each token once, got \"" + token + "\" twice");
      }
    }
    boolean lowerCase =
        AutoTokenizer.readOptional(folder, TokenizerJson.CONFIG)
            .map(settings -> settings.path("do_lower_case").asBoolean(true))
            .orElse(true);
    return new VocabularyFile(file, tokens, lowerCase);
  }

  /** The text of a {@code tokenizer.json} with the vocabulary. */
  String tokenizerJson() {
    return WordPieceJson.tokenizer(tokens, lowerCase);
  }
}
