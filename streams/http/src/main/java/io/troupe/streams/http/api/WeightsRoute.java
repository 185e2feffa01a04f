package io.troupe.streams.http.api;

import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.http.json.JsonOutput;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code POST /v1/weights}: replaces the weights. */
final class WeightsRoute {
  private final Endpoint endpoint;

  WeightsRoute(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  CompletionStage<HttpResponse> update(Exchange exchange) {
    JsonFields fields = exchange.fields();
    Path directory = directory(fields);
    RunningRequests running = running(fields);
    fields.requireNoOthers();
    return endpoint
        .weights()
        .update(directory, running)
        .thenApply(
            weights ->
                Responses.json(
                    200,
                    JsonOutput.of(
                        json -> {
                          json.writeStartObject();
                          json.writeNumberField("version", weights.version());
                          json.writeStringField("checksum", weights.checksum());
                          json.writeEndObject();
                        })));
  }

  private static Path directory(JsonFields fields) {
    String text =
        fields
            .text("directory")
            .orElseThrow(() -> fields.invalid("directory", "a model directory", "none"));
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw fields.invalid("directory", "a path", text);
    }
  }

  private static RunningRequests running(JsonFields fields) {
    String mode = fields.text("mode").orElse("keep");
    return switch (mode) {
      case "keep" -> RunningRequests.RECOMPUTE;
      case "wait" -> RunningRequests.WAIT;
      case "abort" -> RunningRequests.ABORT;
      default -> throw fields.invalid("mode", "keep, wait or abort", mode);
    };
  }
}
