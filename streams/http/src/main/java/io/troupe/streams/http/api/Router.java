package io.troupe.streams.http.api;

import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Caller;
import io.troupe.serving.access.Scope;
import io.troupe.streams.http.error.ApiError;
import io.troupe.streams.http.error.ApiException;
import io.troupe.streams.http.error.Failures;
import io.troupe.streams.http.server.ClientConnection;
import io.troupe.streams.http.server.RequestHandler;
import io.troupe.streams.http.server.ServerLimits;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Finds the route of a request and checks everything that all routes have in common. */
final class Router implements RequestHandler {
  /** Times the size limit: how much of a refused body is read. */
  private static final int MAX_DISCARDED = 8;

  private static final String BEARER = "Bearer ";
  private static final String REQUEST_ID = "x-request-id";

  private final Map<String, Map<String, Route>> routes;
  private final Function<String, Optional<Route>> others;
  private final ApiKeys keys;
  private final ServerLimits limits;
  private final ActorSystem system;
  private final Executor executor;

  /**
   * A router.
   *
   * @param routes by path and method
   * @param others routes of GET by path, if no other route has the path
   * @param executor runs routes
   */
  Router(
      Map<String, Map<String, Route>> routes,
      Function<String, Optional<Route>> others,
      ApiKeys keys,
      ServerLimits limits,
      ActorSystem system,
      Executor executor) {
    this.routes = routes;
    this.others = others;
    this.keys = keys;
    this.limits = limits;
    this.system = system;
    this.executor = executor;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, ClientConnection connection) {
    String id = newId();
    CompletionStage<HttpResponse> response;
    try {
      requireCurrentClient(connection);
      response = answer(request, connection, id);
    } catch (RuntimeException e) {
      response = afterBody(request.entity(), e);
    }
    return response
        .exceptionally(e -> Failures.of(e, id).response())
        .thenApply(answered -> answered.addHeader(RawHeader.create(REQUEST_ID, id)));
  }

  private static void requireCurrentClient(ClientConnection connection) {
    if (!connection.hasCurrentClient()) {
      throw new ApiException(ApiError.expiredCertificate());
    }
  }

  /**
   * Fails when the body has arrived: a client that still sends may lose an answer that comes
   * before. A body that is far too large is cut off.
   */
  private CompletionStage<HttpResponse> afterBody(HttpEntity entity, RuntimeException failure) {
    return entity
        .withSizeLimit((long) MAX_DISCARDED * limits.maxBodyBytes())
        .discardBytes(system)
        .completionStage()
        .handle(
            (_, _) -> {
              throw failure;
            });
  }

  private static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  private CompletionStage<HttpResponse> answer(
      HttpRequest request, ClientConnection connection, String id) {
    String path = request.getUri().path();
    Route route = route(path, request.method().value());
    Optional<Caller> caller = caller(route, request);
    HttpEntity entity = request.entity();
    if (request.method().value().equals("POST")) {
      requireJson(entity);
      requireSize(entity);
    }
    return body(entity)
        .thenApplyAsync(bytes -> new Exchange(id, path, caller, bytes, connection), executor)
        .thenCompose(route.action()::answer);
  }

  private Route route(String path, String method) {
    Map<String, Route> methods = routes.get(path);
    if (methods == null) {
      Route other = others.apply(path).orElseThrow(() -> new ApiException(ApiError.notFound(path)));
      methods = Map.of("GET", other);
    }
    Route route = methods.get(method);
    if (route == null) {
      String allowed = String.join(", ", new TreeSet<>(methods.keySet()));
      throw new ApiException(ApiError.methodNotAllowed(allowed, method));
    }
    return route;
  }

  private Optional<Caller> caller(Route route, HttpRequest request) {
    if (route.access() == Route.Access.OPEN) {
      return Optional.empty();
    }
    Caller caller =
        keys.caller(key(request)).orElseThrow(() -> new ApiException(ApiError.unauthorized()));
    Scope needed = route.access() == Route.Access.WEIGHTS ? Scope.WEIGHTS : Scope.GENERATE;
    if (!caller.may(needed)) {
      throw new ApiException(ApiError.forbidden(needed));
    }
    return Optional.of(caller);
  }

  private static Optional<String> key(HttpRequest request) {
    return request
        .getHeader("Authorization")
        .map(HttpHeader::value)
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  private static void requireJson(HttpEntity entity) {
    String type = entity.getContentType().mediaType().toString();
    if (!type.equals("application/json")) {
      throw new ApiException(
          ApiError.invalidRequest(
              415, "the Content-Type header must be application/json, got " + type));
    }
  }

  /** Checks a size that is declared; the parser limits the size of other bodies. */
  private void requireSize(HttpEntity entity) {
    long size = entity.getContentLengthOption().orElse(0);
    if (size > limits.maxBodyBytes()) {
      throw new ApiException(
          ApiError.invalidRequest(
              413, "the body must have at most " + limits.maxBodyBytes() + " bytes, got " + size));
    }
  }

  /** The whole body. */
  private CompletionStage<byte[]> body(HttpEntity entity) {
    if (entity instanceof HttpEntity.Strict strict) { // the usual case, without another stream
      return CompletableFuture.completedFuture(strict.getData().toArray());
    }
    return entity
        .toStrict(limits.idleTimeout().toMillis(), Long.MAX_VALUE, system)
        .thenApply(strict -> strict.getData().toArray());
  }
}
