package io.troupe.deploy.bench.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import io.troupe.deploy.serve.ModelSource;
import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.serving.endpoint.RefusedException;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.streams.flight.command.GenerateCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The endpoint of {@code troupe serve} in this process, with its default settings and without a
 * protocol. Admission, decoder and events are the same, so that the difference to another backend
 * is the cost of the network.
 */
final class EngineBackend implements CompletionClient {
  private final Endpoint endpoint;
  private final Duration timeout;

  /**
   * Loads a model.
   *
   * @param model its directory
   * @param timeout maximum time of one request
   * @throws IllegalArgumentException if the directory has no model that can be used
   */
  EngineBackend(Path model, Duration timeout) throws InterruptedException {
    ServingConfig config = ServingConfig.from(ConfigFactory.empty());
    ModelSource.Directory source = new ModelSource.Directory(model);
    this.endpoint = new Endpoint(source.load(model.toString(), 0), config);
    this.timeout = timeout;
    try {
      endpoint.warmUp();
    } catch (InterruptedException | RuntimeException e) {
      endpoint.close();
      throw e;
    }
  }

  @Override
  public ServedModel firstModel() {
    LMConfig config = endpoint.model().config();
    return new ServedModel(endpoint.model().name(), OptionalInt.of(config.vocabSize()));
  }

  @Override
  public Answer complete(String model, LoadRequest request, TokenArrivals tokens)
      throws IOException, InterruptedException {
    try (Generation generation = endpoint.submit(generationRequest(model, request))) {
      int numTokens = 0;
      Optional<GenerationEvent> event = next(generation);
      while (event.isPresent()) {
        if (event.get() instanceof GenerationEvent.Token) {
          numTokens++;
          tokens.arrived();
        }
        event = next(generation);
      }
      return new Answer.Completed(request.promptIds().length, numTokens);
    } catch (RefusedException _) {
      return new Answer.Rejected();
    }
  }

  private GenerationRequest generationRequest(String model, LoadRequest request) {
    byte[] command = FlightBackend.command(model, request, 0).toString().getBytes(UTF_8);
    UUID id = UUID.randomUUID();
    return GenerateCommand.parse(command, endpoint, id, "benchmark").request();
  }

  private Optional<GenerationEvent> next(Generation generation)
      throws IOException, InterruptedException {
    try {
      return generation.next().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the engine failed: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("the engine must decode a token within %s".formatted(timeout), e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
