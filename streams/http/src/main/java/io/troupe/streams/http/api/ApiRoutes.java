package io.troupe.streams.http.api;

import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import io.troupe.streams.http.api.Route.Access;
import io.troupe.streams.http.api.Route.Action;
import io.troupe.streams.http.events.ChunkPace;
import io.troupe.streams.http.response.TokenTexts;
import io.troupe.streams.http.server.RequestHandler;
import io.troupe.streams.http.server.ServerLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.ActorSystem;

/** All routes of an endpoint. */
public final class ApiRoutes {
  private ApiRoutes() {}

  /**
   * The handler of an endpoint's requests.
   *
   * @param version of the program
   * @param pingInterval time without a token after which a stream sends a comment
   * @param executor reads requests and writes responses
   */
  public static RequestHandler of(
      Endpoint endpoint,
      ApiKeys keys,
      ServerLimits limits,
      String version,
      Duration pingInterval,
      ChunkPace pace,
      ActorSystem system,
      Executor executor) {
    ServedModel model = endpoint.model();
    TokenTexts texts = new TokenTexts(model.tokenizer(), model.config().vocabSize());
    GenerationRoute generation = new GenerationRoute(endpoint, texts, pingInterval, pace, executor);
    StateRoutes state = new StateRoutes(endpoint, version);
    TokenRoutes tokens = new TokenRoutes(endpoint, texts);
    Map<String, Map<String, Route>> routes =
        Map.of(
            "/v1/completions",
            post(Access.KEY, generation::complete),
            "/v1/chat/completions",
            post(Access.KEY, generation::chat),
            "/tokenize",
            post(Access.KEY, tokens::tokenize),
            "/detokenize",
            post(Access.KEY, tokens::detokenize),
            "/v1/weights",
            post(Access.WEIGHTS, new WeightsRoute(endpoint)::update),
            StateRoutes.MODELS,
            get(Access.KEY, state::models),
            "/health",
            get(Access.OPEN, state::health),
            "/metrics",
            get(Access.KEY, state::metrics),
            "/version",
            get(Access.KEY, state::version));
    PageFiles page = new PageFiles();
    return new Router(
        routes,
        path -> modelRoute(path, state).or(() -> page.route(path)),
        keys,
        limits,
        system,
        executor);
  }

  private static Optional<Route> modelRoute(String path, StateRoutes state) {
    return path.startsWith(StateRoutes.MODELS + "/")
        ? Optional.of(new Route(Access.KEY, state::model))
        : Optional.empty();
  }

  private static Map<String, Route> post(Access access, Action action) {
    return Map.of("POST", new Route(access, action));
  }

  private static Map<String, Route> get(Access access, Action action) {
    return Map.of("GET", new Route(access, action));
  }
}
