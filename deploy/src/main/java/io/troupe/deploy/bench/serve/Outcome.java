package io.troupe.deploy.bench.serve;

/** The outcome of one request. */
sealed interface Outcome {
  /**
   * A completion.
   *
   * @param latency its latencies
   * @param inputTokens number of tokens of the prompt
   * @param outputTokens number of tokens of the completion
   */
  record Completed(TokenArrivals.Latency latency, int inputTokens, int outputTokens)
      implements Outcome {}

  /** The endpoint did not accept the request because it has too many. */
  record Rejected() implements Outcome {}

  /**
   * No complete answer.
   *
   * @param reason what the endpoint or the connection reported
   */
  record Failed(String reason) implements Outcome {}
}
