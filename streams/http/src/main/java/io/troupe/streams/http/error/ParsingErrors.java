package io.troupe.streams.http.error;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * The response to bytes that are not an HTTP request, or exceed a limit of the parser. The
 * configuration of the actor system names this class.
 */
public final class ParsingErrors extends ParsingErrorHandler {
  /** Called by Pekko HTTP. */
  public ParsingErrors() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo info, LoggingAdapter log, ServerSettings settings) {
    return ApiError.invalidRequest(
            status.intValue(),
            "the request must be HTTP/1.1 within the limits, got " + info.summary())
        .response();
  }
}
