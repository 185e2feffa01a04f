package io.troupe.deploy.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.streams.flight.client.FlightCompletions;
import io.troupe.streams.flight.client.FlightCompletions.End;
import java.io.IOException;
import java.net.URI;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams completions from an Arrow Flight endpoint. */
final class FlightBackend implements CompletionClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FlightCompletions flight;
  private final int batchMilliseconds;

  /**
   * A client.
   *
   * @param numStreams number of concurrent requests
   * @param batchMilliseconds period at which rows are sent; 0: each token at once
   */
  FlightBackend(Target target, int numStreams, int batchMilliseconds) {
    this.flight =
        new FlightCompletions(
            URI.create(target.baseUrl()), target.apiKey(), target.timeout(), numStreams);
    this.batchMilliseconds = batchMilliseconds;
  }

  @Override
  public ServedModel firstModel() throws IOException {
    return firstModel(flight);
  }

  static ServedModel firstModel(FlightCompletions flight) throws IOException {
    JsonNode first = JSON.readTree(flight.models()).path("data").path(0);
    int vocabSize = first.path("vocab_size").asInt();
    return new ServedModel(
        first.path("id").asText(), vocabSize > 0 ? OptionalInt.of(vocabSize) : OptionalInt.empty());
  }

  @Override
  public Answer complete(String model, LoadRequest request, TokenArrivals tokens) {
    AtomicInteger numTokens = new AtomicInteger();
    End end =
        flight.stream(
            command(model, request, batchMilliseconds).toString(),
            count -> {
              numTokens.addAndGet(count);
              tokens.arrived();
            });
    return answer(end, request, numTokens.get());
  }

  static Answer answer(End end, LoadRequest request, int numTokens) {
    return switch (end) {
      case End.Completed _ -> new Answer.Completed(request.promptIds().length, numTokens);
      case End.Rejected _ -> new Answer.Rejected();
      case End.Failed(String reason) -> new Answer.Failed(reason);
    };
  }

  /** A request; {@code batchMilliseconds} as in the constructor. */
  static ObjectNode command(String model, LoadRequest request, int batchMilliseconds) {
    ObjectNode command = settings(model, request, batchMilliseconds);
    ArrayNode prompt = command.putArray("prompt");
    for (int id : request.promptIds()) {
      prompt.add(id);
    }
    return command;
  }

  /** The settings of a request; {@code batchMilliseconds} as in the constructor. */
  static ObjectNode settings(String model, LoadRequest request, int batchMilliseconds) {
    ObjectNode command = JSON.createObjectNode().put("model", model);
    command
        .put("max_tokens", request.maxTokens())
        .put("temperature", request.temperature())
        .put("seed", request.seed());
    if (request.ignoreEos()) {
      command.put("ignore_eos", true);
    }
    ObjectNode batch = command.putObject("batch");
    if (batchMilliseconds > 0) {
      batch.put("milliseconds", batchMilliseconds);
    } else {
      batch.put("tokens", 1);
    }
    return command;
  }

  @Override
  public void close() {
    flight.close();
  }
}
