package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The fraction of required words that occur in the completion as whole words, in any case.
 *
 * @param words the words; empty to take them from the prompt's field
 * @param field the prompt's field that lists them, separated by spaces or commas
 */
public record RequiredWords(List<String> words, String field) implements Reward {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*");

  /** Converts the words to lower case. */
  public RequiredWords {
    words = words.stream().map(RequiredWords::fold).toList();
  }

  static RequiredWords from(RewardParameters parameters) {
    parameters.allow("words", "field");
    return new RequiredWords(parameters.texts("words"), parameters.text("field", "words"));
  }

  @Override
  public String name() {
    return "required-words";
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) throws RewardException {
    List<String> required = required(prompt);
    Set<String> present = new HashSet<>(wordsOf(completion.text()));
    List<String> found = required.stream().filter(present::contains).toList();
    return new RewardResult(
        (double) found.size() / required.size(),
        String.join(" ", found),
        String.join(" ", required));
  }

  @Override
  public void check(Prompt prompt) throws RewardException {
    required(prompt);
  }

  private List<String> required(Prompt prompt) throws RewardException {
    List<String> required = words.isEmpty() ? wordsOf(PromptFields.require(prompt, field)) : words;
    if (required.isEmpty()) {
      throw new RewardException(field + " must list words");
    }
    return required;
  }

  private static List<String> wordsOf(String text) {
    return WORD.matcher(text).results().map(word -> fold(word.group())).toList();
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
  }
}
