package io.troupe.streams.http.error;

import io.troupe.rollout.engine.QueueFullException;
import io.troupe.rollout.service.DecodingStoppedException;
import io.troupe.serving.endpoint.DeadlineException;
import io.troupe.serving.endpoint.RefusedException;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.weights.WeightUpdateException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.SubscriptionWithCancelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The error object of each exception. A fault of this program is logged, and its details stay in
 * the log.
 */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private Failures() {}

  /**
   * The error of a failure.
   *
   * @param requestId for the log
   */
  public static ApiError of(Throwable failure, String requestId) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> of(e.getCause(), requestId);
      case ApiException e -> e.error();
      case InvalidFieldException e -> invalidField(e);
      case RefusedException e -> refused(e);
      case QueueFullException e -> ApiError.busy(e.getMessage(), RETRY_AFTER);
      case DeadlineException e -> ApiError.timeout(e.getMessage());
      case WeightUpdateException e -> ApiError.invalidRequest(400, e.getMessage());
      case DecodingStoppedException e -> ApiError.unavailable(e.getMessage(), RETRY_AFTER);
      case EntityStreamSizeException e ->
          ApiError.invalidRequest(
              413, "the body must have at most " + e.limit() + " bytes, got more");
      case EntityStreamException e ->
          ApiError.invalidRequest(400, "the body must be complete, got " + e.getMessage());
      case SubscriptionWithCancelException.NonFailureCancellation _ ->
          // the client has left before its last byte
          ApiError.invalidRequest(400, "the body must be complete, got the end of the connection");
      case TimeoutException _ ->
          ApiError.invalidRequest(
              408, "the body must arrive within idle-timeout, got a part of it");
      case IllegalArgumentException e ->
          ApiError.invalidRequest(400, String.valueOf(e.getMessage()));
      default -> {
        LOG.error("request {} failed", requestId, failure);
        yield ApiError.internal(requestId);
      }
    };
  }

  private static ApiError invalidField(InvalidFieldException e) {
    return e.field().equals("body")
        ? ApiError.invalidRequest(400, e.getMessage())
        : ApiError.invalidField(e.field(), e.getMessage());
  }

  private static ApiError refused(RefusedException e) {
    return switch (e.reason()) {
      case BUSY -> ApiError.busy(e.getMessage(), e.retryAfter());
      case STARTING, DRAINING -> ApiError.unavailable(e.getMessage(), e.retryAfter());
    };
  }
}
