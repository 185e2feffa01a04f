package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The share of required words that the completion holds as whole words, capitals ignored.
 *
 * @param words the words; empty to take them from the prompt's field
 * @param field the prompt's field that lists them, separated by spaces or commas
 */
public record RequiredWords(List<String> words, String field) implements Reward {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*");

  /** Folds capitals. */
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
  public double score(Prompt prompt, Completion completion) throws RewardException {
    List<String> required = words.isEmpty() ? wordsOf(PromptFields.require(prompt, field)) : words;
    if (required.isEmpty()) {
      throw new RewardException("the field " + field + " lists no words");
    }
    Set<String> present = new HashSet<>(wordsOf(completion.text()));
    long found = required.stream().filter(present::contains).count();
    return (double) found / required.size();
  }

  private static List<String> wordsOf(String text) {
    return WORD.matcher(text).results().map(word -> fold(word.group())).toList();
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
  }
}
