package io.troupe.streams.http.api;

import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.weights.WeightFields;
import io.troupe.streams.http.json.JsonOutput;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code POST /v1/weights}: replaces the weights. */
final class WeightsRoute {
  private final Endpoint endpoint;

  WeightsRoute(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  CompletionStage<HttpResponse> update(Exchange exchange) {
    WeightFields update = WeightFields.read(exchange.fields());
    return endpoint
        .weights()
        .update(update.directory(), update.running())
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
}
