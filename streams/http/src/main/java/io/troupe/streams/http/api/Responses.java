package io.troupe.streams.http.api;

import io.troupe.streams.http.json.JsonOutput;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Responses with JSON. */
final class Responses {
  private Responses() {}

  /** A response with status 200. */
  static CompletionStage<HttpResponse> json(JsonOutput.Part part) {
    return CompletableFuture.completedFuture(json(200, JsonOutput.of(part)));
  }

  static HttpResponse json(int status, ByteString body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
  }
}
