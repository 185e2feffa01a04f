package io.troupe.streams.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.health.Health;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.model.Weights;
import io.troupe.streams.http.error.ApiError;
import io.troupe.streams.http.error.ApiException;
import io.troupe.streams.http.json.JsonOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The routes that show the state of an endpoint. */
final class StateRoutes {
  static final String MODELS = "/v1/models";

  private final Endpoint endpoint;
  private final String version;
  private final long startedSeconds = Instant.now().getEpochSecond();

  /**
   * The routes of an endpoint.
   *
   * @param version of the program
   */
  StateRoutes(Endpoint endpoint, String version) {
    this.endpoint = endpoint;
    this.version = version;
  }

  /** {@code GET /health}: 200 if requests are served, otherwise 503. */
  CompletionStage<HttpResponse> health(Exchange exchange) {
    Health health = endpoint.health();
    return CompletableFuture.completedFuture(
        Responses.json(
            health.isReady() ? 200 : 503,
            JsonOutput.of(
                json -> {
                  json.writeStartObject();
                  json.writeStringField("status", status(health));
                  json.writeStringField("message", health.message());
                  json.writeEndObject();
                })));
  }

  private static String status(Health health) {
    return switch (health) {
      case Health.Starting _ -> "starting";
      case Health.Ready _ -> "ready";
      case Health.Draining _ -> "draining";
      case Health.Stalled _ -> "stalled";
      case Health.Failed _ -> "failed";
    };
  }

  /** {@code GET /metrics} in Prometheus' text format. */
  CompletionStage<HttpResponse> metrics(Exchange exchange) {
    return CompletableFuture.completedFuture(
        HttpResponse.create()
            .withEntity(
                HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, endpoint.metrics().scrape())));
  }

  /** {@code GET /version}. */
  CompletionStage<HttpResponse> version(Exchange exchange) {
    return Responses.json(
        json -> {
          json.writeStartObject();
          json.writeStringField("version", version);
          json.writeEndObject();
        });
  }

  /** {@code GET /v1/models}. */
  CompletionStage<HttpResponse> models(Exchange exchange) {
    return Responses.json(
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          writeModel(json);
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code GET /v1/models/NAME}. */
  CompletionStage<HttpResponse> model(Exchange exchange) {
    String name = exchange.path().substring(MODELS.length() + 1);
    if (!name.equals(endpoint.model().name())) {
      throw new ApiException(ApiError.modelNotFound(endpoint.model().name(), name));
    }
    return Responses.json(this::writeModel);
  }

  private void writeModel(JsonGenerator json) throws IOException {
    ServedModel model = endpoint.model();
    Weights weights = model.weights();
    json.writeStartObject();
    json.writeStringField("id", model.name());
    json.writeStringField("object", "model");
    json.writeNumberField("created", startedSeconds);
    json.writeStringField("owned_by", "troupe");
    json.writeStringField("root", model.name());
    json.writeNullField("parent");
    json.writeNumberField("max_model_len", model.config().maxPositionEmbeddings());
    json.writeNumberField("vocab_size", model.config().vocabSize());
    json.writeNumberField("policy_version", weights.version());
    json.writeStringField("checksum", weights.checksum());
    json.writeEndObject();
  }
}
