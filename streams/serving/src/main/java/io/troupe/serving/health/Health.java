package io.troupe.serving.health;

import java.time.Duration;

/** The health of an endpoint. */
public sealed interface Health {
  /** The model is being loaded or warmed up. */
  record Starting() implements Health {}

  /** Requests are served. */
  record Ready() implements Health {}

  /** The endpoint stops when its running requests have ended. */
  record Draining() implements Health {}

  /**
   * No token has been produced for too long, despite pending requests.
   *
   * @param since time without a token
   */
  record Stalled(Duration since) implements Health {}

  /** The decoder has failed: every request would fail. */
  record Failed(String cause) implements Health {}

  /** Whether requests are served. */
  default boolean isReady() {
    return this instanceof Ready;
  }

  /** One line for people. */
  default String message() {
    return switch (this) {
      case Starting _ -> "the endpoint is starting";
      case Ready _ -> "ready";
      case Draining _ -> "the endpoint is stopping";
      case Stalled(Duration since) ->
          "no token has been decoded for " + since.toSeconds() + " s despite pending requests";
      case Failed(String cause) -> "the decoder has failed: " + cause;
    };
  }
}
