package io.troupe.streams.http.api;

import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.streams.http.error.Failures;
import io.troupe.streams.http.events.ChunkPace;
import io.troupe.streams.http.events.ClientGeneration;
import io.troupe.streams.http.events.EventStream;
import io.troupe.streams.http.events.EventWriter;
import io.troupe.streams.http.events.WholeResponse;
import io.troupe.streams.http.json.JsonOutput;
import io.troupe.streams.http.request.ApiRequest;
import io.troupe.streams.http.request.ChatRequest;
import io.troupe.streams.http.request.CompletionRequest;
import io.troupe.streams.http.request.RequestContext;
import io.troupe.streams.http.response.ChatFormat;
import io.troupe.streams.http.response.Choices;
import io.troupe.streams.http.response.CompletionFormat;
import io.troupe.streams.http.response.ResponseFormat;
import io.troupe.streams.http.response.ResponseHead;
import io.troupe.streams.http.response.TokenTexts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;

/** The routes that generate text: {@code /v1/completions} and {@code /v1/chat/completions}. */
final class GenerationRoute {
  private static final ContentType EVENT_STREAM = MediaTypes.TEXT_EVENT_STREAM.toContentType();
  private static final List<HttpHeader> STREAM_HEADERS =
      List.of(
          RawHeader.create("Cache-Control", "no-cache"),
          RawHeader.create("X-Accel-Buffering", "no"));

  private final Endpoint endpoint;
  private final RequestContext context;
  private final TokenTexts texts;
  private final Duration pingInterval;
  private final Executor executor;
  private final ChunkPace pace;

  /**
   * The routes of an endpoint.
   *
   * @param pace of the chunks of all streams
   * @param executor writes responses
   */
  GenerationRoute(
      Endpoint endpoint,
      TokenTexts texts,
      Duration pingInterval,
      ChunkPace pace,
      Executor executor) {
    this.endpoint = endpoint;
    this.context =
        new RequestContext(endpoint.model(), endpoint.defaults(), endpoint.config().load());
    this.texts = texts;
    this.pingInterval = pingInterval;
    this.pace = pace;
    this.executor = executor;
  }

  CompletionStage<HttpResponse> complete(Exchange exchange) {
    endpoint.requireRoom();
    String id = "cmpl-" + exchange.id();
    ApiRequest request = CompletionRequest.read(exchange.fields(), context, id, owner(exchange));
    ResponseHead head = ResponseHead.of(id, endpoint.model());
    return answer(exchange, request, new CompletionFormat(head, request.output(), texts));
  }

  CompletionStage<HttpResponse> chat(Exchange exchange) {
    endpoint.requireRoom();
    String id = "chatcmpl-" + exchange.id();
    ApiRequest request = ChatRequest.read(exchange.fields(), context, id, owner(exchange));
    ResponseHead head = ResponseHead.of(id, endpoint.model());
    ResponseFormat format = new ChatFormat(head, request.output(), request.tools(), texts);
    return answer(exchange, request, format);
  }

  private static String owner(Exchange exchange) {
    return exchange.caller().orElseThrow().name();
  }

  private CompletionStage<HttpResponse> answer(
      Exchange exchange, ApiRequest request, ResponseFormat format) {
    Tokenizer tokenizer = endpoint.model().tokenizer();
    Choices choices = new Choices(request.generation(), tokenizer);
    ClientGeneration generation =
        new ClientGeneration(endpoint.submit(request.generation()), exchange.connection());
    if (request.output().isStream()) {
      EventWriter writer = new Chunks(choices, format, exchange.id());
      EventStream stream = new EventStream(generation, writer, pace, pingInterval);
      return CompletableFuture.completedFuture(
          HttpResponse.create()
              .withEntity(HttpEntities.createChunked(EVENT_STREAM, Source.fromGraph(stream)))
              .addHeaders(STREAM_HEADERS));
    }
    return WholeResponse.collect(generation, choices::add)
        .thenApplyAsync(
            _ -> {
              JsonOutput output = new JsonOutput();
              format.writeAll(choices, output);
              return Responses.json(200, output.take());
            },
            executor);
  }

  /** Writes the chunks of one stream. */
  private record Chunks(Choices choices, ResponseFormat format, String requestId)
      implements EventWriter {
    @Override
    public void write(List<GenerationEvent> events, JsonOutput output) {
      events.forEach(choices::add);
      format.writeChunks(choices, output);
    }

    @Override
    public void end(JsonOutput output) {
      format.writeEnd(choices, output);
    }

    @Override
    public void fail(Throwable cause, JsonOutput output) {
      output.event(Failures.of(cause, requestId)::write);
      output.ascii("data: [DONE]\n\n");
    }
  }
}
