package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.List;
import java.util.regex.Pattern;

/**
 * 1 when the completion consists of tagged blocks in a given order, such as {@code
 * <think>...</think><answer>...</answer>}, else 0. Every block occurs exactly once and has content;
 * outside the blocks there is only white space.
 *
 * <p>TRL's {@code think_format_reward} is {@code tags = think, after = text}. It also accepts empty
 * blocks and repeated closing tags, which this reward rejects.
 *
 * @param tags the names of the blocks in their order, at least one
 * @param opened whether the prompt has opened the first block
 * @param after what may follow the last block
 */
public record BlockFormat(List<String> tags, Opened opened, After after) implements Reward {
  private static final Pattern NAME = Pattern.compile("[\\w|.:-]+");

  /** Whether the prompt contains the opening tag of the first block. */
  public enum Opened {
    /** Detected for each prompt: whether its text ends with the opening tag. */
    AUTO,
    /** Every prompt contains the tag. */
    ALWAYS,
    /** No prompt contains the tag. */
    NEVER
  }

  /** The expected text after the last block. */
  public enum After {
    /** Only whitespace. */
    NOTHING,
    /** The answer as non-empty plain text. */
    TEXT
  }

  /** Copies the names. */
  public BlockFormat {
    tags = List.copyOf(tags);
  }

  static Reward from(RewardParameters parameters) {
    if (parameters.isSet("pattern")) {
      return RegexMatch.format(parameters);
    }
    parameters.allow("pattern", "tags", "opened", "after");
    List<String> tags = parameters.texts("tags");
    tags.stream()
        .filter(tag -> !NAME.matcher(tag).matches())
        .findFirst()
        .ifPresent(
            tag -> {
              throw parameters.invalid("tags", "be names without angle brackets", tag);
            });
    if (List.copyOf(java.util.Set.copyOf(tags)).size() < tags.size()) {
      throw parameters.invalid("tags", "be different names", String.join(", ", tags));
    }
    return new BlockFormat(
        tags.isEmpty() ? List.of("think", "answer") : tags,
        parameters.choice("opened", Opened.AUTO),
        parameters.choice("after", After.NOTHING));
  }

  @Override
  public String name() {
    return "format";
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) {
    String first = open(tags.getFirst());
    boolean isOpened =
        switch (opened) {
          case AUTO -> prompt.text().stripTrailing().endsWith(first);
          case ALWAYS -> true;
          case NEVER -> false;
        };
    String problem = problem((isOpened ? first : "") + completion.text());
    return problem.isEmpty() ? RewardResult.of(1, "blocks in order") : RewardResult.of(0, problem);
  }

  private String problem(String text) {
    int end = 0;
    for (String tag : tags) {
      int start = text.indexOf(open(tag), end);
      if (start < 0) {
        return "no " + open(tag);
      }
      if (!text.substring(end, start).isBlank()) {
        return "text before " + open(tag);
      }
      int content = start + open(tag).length();
      int close = text.indexOf(close(tag), content);
      if (close < 0) {
        return "no " + close(tag);
      }
      if (text.substring(content, close).isBlank()) {
        return "empty " + open(tag);
      }
      end = close + close(tag).length();
    }
    String repeated = repeated(text);
    return repeated.isEmpty() ? problemAfter(text.substring(end)) : repeated;
  }

  private String repeated(String text) {
    for (String tag : tags) {
      for (String mark : List.of(open(tag), close(tag))) {
        if (text.indexOf(mark) != text.lastIndexOf(mark)) {
          return "repeated " + mark;
        }
      }
    }
    return "";
  }

  private String problemAfter(String rest) {
    return switch (after) {
      case NOTHING -> rest.isBlank() ? "" : "text after the last block";
      case TEXT -> rest.isBlank() ? "no text after the last block" : "";
    };
  }

  private static String open(String tag) {
    return "<" + tag + ">";
  }

  private static String close(String tag) {
    return "</" + tag + ">";
  }
}
