package io.troupe.deploy.bench.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.streams.flight.client.FlightCompletions;
import io.troupe.streams.flight.client.FlightCompletions.End;
import io.troupe.streams.flight.client.FlightExchange;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Streams completions over one DoExchange of an Arrow Flight endpoint: its prompts have the
 * settings of the first one, and its record batches the tokens of all.
 */
final class FlightExchangeBackend implements CompletionClient {
  private final FlightCompletions flight;
  private final int numStreams;
  private final int batchMilliseconds;
  private FlightExchange exchange; // guarded by this; null before the first request

  /**
   * A client.
   *
   * @param numStreams number of concurrent requests
   * @param batchMilliseconds period at which rows are sent; 0: each token at once
   */
  FlightExchangeBackend(Target target, int numStreams, int batchMilliseconds) {
    this.flight =
        new FlightCompletions(URI.create(target.baseUrl()), target.apiKey(), target.timeout(), 1);
    this.numStreams = numStreams;
    this.batchMilliseconds = batchMilliseconds;
  }

  @Override
  public ServedModel firstModel() throws IOException {
    return FlightBackend.firstModel(flight);
  }

  @Override
  public Answer complete(String model, LoadRequest request, TokenArrivals tokens)
      throws InterruptedException {
    AtomicInteger numTokens = new AtomicInteger();
    End end =
        exchange(model, request)
            .complete(
                request.promptIds(),
                count -> {
                  numTokens.addAndGet(count);
                  tokens.arrived();
                });
    return FlightBackend.answer(end, request, numTokens.get());
  }

  private synchronized FlightExchange exchange(String model, LoadRequest request) {
    if (exchange == null) {
      ObjectNode command = FlightBackend.settings(model, request, batchMilliseconds);
      exchange = flight.exchange(command.put("max_concurrent_prompts", numStreams).toString());
    }
    return exchange;
  }

  @Override
  public synchronized void close() {
    if (exchange != null) {
      exchange.close();
    }
    flight.close();
  }
}
