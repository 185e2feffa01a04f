package io.troupe.reward.regex;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern for Java's matcher, for example one with a lookahead or a back reference.
 *
 * <p>The matcher may backtrack exponentially and recurses once per repetition of a group. Each
 * match therefore has a limit of steps, and runs on a thread with a stack of its own, so that a
 * stack overflow depends on the text alone and never on the caller.
 */
record BacktrackingPattern(Pattern pattern) implements TextPattern {
  private static final long STACK_BYTES = 64L << 20;

  @Override
  public Optional<String> find(String text) throws MatchLimitException {
    Matcher matcher = pattern.matcher(new LimitedText(text));
    return onOwnStack(
        () ->
            matcher.find()
                ? Optional.of(text.substring(matcher.start(), matcher.end()))
                : Optional.empty());
  }

  @Override
  public boolean matches(String text) throws MatchLimitException {
    return onOwnStack(pattern.matcher(new LimitedText(text))::matches);
  }

  private static <T> T onOwnStack(Callable<T> match) throws MatchLimitException {
    FutureTask<T> task = new FutureTask<>(match);
    Thread thread =
        Thread.ofPlatform().name("troupe-regex").daemon().stackSize(STACK_BYTES).unstarted(task);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while matching");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static MatchLimitException failure(Throwable cause) {
    return switch (cause) {
      case LimitedText.StepLimitExceeded limit -> new MatchLimitException(limit.getMessage());
      case StackOverflowError _ ->
          new MatchLimitException("the pattern repeats a group too often for one match");
      default -> throw new IllegalStateException("the pattern cannot be matched", cause);
    };
  }
}
