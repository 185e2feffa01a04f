package io.troupe.rollout.engine;

/** Tokens that an engine has processed since its start. Not thread-safe. */
public final class TokenCounts {
  private long promptTokens;
  private long completionTokens;
  private long prefixQueryTokens;
  private long prefixHitTokens;

  /** Counts the prompt of a group, of which the cache had some tokens. */
  void addPrompt(int numTokens, boolean readsCache, int numCachedTokens) {
    promptTokens += numTokens;
    prefixQueryTokens += readsCache ? numTokens : 0;
    prefixHitTokens += numCachedTokens;
  }

  void addCompletionTokens(int numTokens) {
    completionTokens += numTokens;
  }

  /** Prompt tokens of the groups that have joined the batch, cached ones included. */
  public long promptTokens() {
    return promptTokens;
  }

  /** Tokens that have been selected. */
  public long completionTokens() {
    return completionTokens;
  }

  /** Prompt tokens that have been looked up in the prefix cache. */
  public long prefixQueryTokens() {
    return prefixQueryTokens;
  }

  /** Prompt tokens whose keys and values the prefix cache had. */
  public long prefixHitTokens() {
    return prefixHitTokens;
  }
}
