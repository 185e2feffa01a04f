package io.troupe.tensor.backend;

/**
 * Limits a draw to likely tokens.
 *
 * @param topP keeps the most likely tokens up to this total probability (arXiv:1904.09751); 1 keeps
 *     all
 * @param minP keeps tokens at least this fraction as likely as the most likely one
 *     (arXiv:2407.01082); 0 keeps all
 */
public record TokenFilter(double topP, double minP) {
  /** Whether every token is kept. */
  public boolean keepsAll() {
    return topP >= 1 && minP <= 0;
  }
}
