package io.troupe.deploy.bench.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * The answer to one HTTP request, read into a value as it arrives. One thread adds its parts;
 * {@link #await} may be called by any.
 */
abstract class HttpAnswer<T> {
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(0);
  private int status;

  /** Reads a part of the body of an answer with status 200. */
  abstract void read(byte[] bytes, int length) throws IOException;

  /** The value of an answer with status 200 that has ended. */
  abstract T succeeded() throws IOException;

  /** The value of an answer with another status and a text. */
  abstract T refused(int otherStatus, String body) throws IOException;

  /**
   * Waits for the value.
   *
   * @throws IOException if there is no answer in time, or it is not complete
   */
  final T await() throws IOException, InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  /** Completes with the value; no more is read then. */
  final CompletionStage<T> result() {
    return result;
  }

  /** Has the value before the end of the answer. */
  final void complete(T value) {
    result.complete(value);
  }

  /** Keeps a part of the body, up to a limit. */
  final void keep(byte[] bytes, int length) {
    text.write(bytes, 0, Math.min(length, MAX_TEXT_BYTES - text.size()));
  }

  /** The text that has been kept. */
  final String kept() {
    return text.toString(StandardCharsets.UTF_8);
  }

  /** The status has arrived. */
  final void begin(int newStatus) {
    status = newStatus;
  }

  /**
   * A part of the body has arrived.
   *
   * @param bytes of which the first {@code length} are the part; not used after the call
   */
  final void add(byte[] bytes, int length) throws IOException {
    if (status == 200) {
      read(bytes, length);
    } else {
      keep(bytes, length);
    }
  }

  /** The answer has ended. */
  final void end() {
    try {
      result.complete(status == 200 ? succeeded() : refused(status, kept()));
    } catch (IOException e) {
      fail(e);
    }
  }

  /** There is no answer, or not all of it; ignored if there is a value. */
  final void fail(IOException cause) {
    result.completeExceptionally(cause);
  }

  /** The time of the request has passed. */
  final void expire(Duration timeout) {
    fail(
        new IOException(
            "the answer must end within " + timeout.toSeconds() + " s (--request-timeout)"));
  }
}
