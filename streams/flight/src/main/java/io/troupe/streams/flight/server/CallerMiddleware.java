package io.troupe.streams.flight.server;

import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Caller;
import io.troupe.serving.access.Scope;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightServerMiddleware;

/** Finds the caller of each call by its bearer token, and refuses calls without a valid one. */
public final class CallerMiddleware implements FlightServerMiddleware {
  private static final String AUTHORIZATION = "authorization";
  private static final String BEARER = "bearer ";

  static final Key<CallerMiddleware> KEY = Key.of("troupe.caller");

  private final Caller caller;

  private CallerMiddleware(Caller caller) {
    this.caller = caller;
  }

  /** The factory for a server that accepts these keys. */
  static Factory<CallerMiddleware> accepting(ApiKeys keys) {
    return (info, headers, context) ->
        new CallerMiddleware(keys.caller(token(headers)).orElseThrow(CallerMiddleware::refusal));
  }

  private static RuntimeException refusal() {
    return CallStatus.UNAUTHENTICATED
        .withDescription("the header 'authorization' must be 'Bearer KEY' with a valid API key")
        .toRuntimeException();
  }

  private static Optional<String> token(CallHeaders headers) {
    return Optional.ofNullable(headers.get(AUTHORIZATION))
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  /** The caller of a call. */
  public static Caller callerOf(CallContext context) {
    return context.getMiddleware(KEY).caller;
  }

  /**
   * The caller of a call that needs a scope.
   *
   * @throws org.apache.arrow.flight.FlightRuntimeException if the caller does not have it
   */
  public static Caller callerOf(CallContext context, Scope scope) {
    Caller caller = callerOf(context);
    if (!caller.may(scope)) {
      throw CallStatus.UNAUTHORIZED
          .withDescription(
              "the API key must have the scope %s, got one without it"
                  .formatted(scope.name().toLowerCase(Locale.ROOT)))
          .toRuntimeException();
    }
    return caller;
  }

  @Override
  public void onBeforeSendingHeaders(CallHeaders outgoingHeaders) {}

  @Override
  public void onCallCompleted(CallStatus status) {}

  @Override
  public void onCallErrored(Throwable err) {}
}
