package io.troupe.deploy.bench.serve;

import java.io.IOException;

/** A connection to an endpoint. Thread-safe; the caller closes it. */
interface CompletionClient extends AutoCloseable {
  /**
   * Asks the endpoint for its model.
   *
   * @throws IOException if the endpoint cannot be reached or has none
   */
  ServedModel firstModel() throws IOException, InterruptedException;

  /**
   * Sends a request, and blocks until its completion has ended.
   *
   * @param model name of the model
   * @param tokens is called at the arrival of each part of the completion
   * @return how the endpoint answered
   * @throws IOException if the endpoint cannot be reached, or its answer is not complete
   */
  Answer complete(String model, LoadRequest request, TokenArrivals tokens)
      throws IOException, InterruptedException;

  @Override
  void close();

  /** How an endpoint answered a request. */
  sealed interface Answer {
    /**
     * The completion has ended.
     *
     * @param inputTokens number of tokens of the prompt
     * @param outputTokens number of tokens of the completion
     */
    record Completed(int inputTokens, int outputTokens) implements Answer {}

    /** The endpoint did not accept the request because it has too many. */
    record Rejected() implements Answer {}

    /**
     * The endpoint reported an error.
     *
     * @param reason with the status
     */
    record Failed(String reason) implements Answer {}
  }
}
