package io.troupe.streams.flight.exchange;

import io.troupe.protocols.sample.Prompt;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.streams.flight.command.ExchangeCommand;
import io.troupe.streams.flight.stream.Batching;
import io.troupe.streams.flight.stream.EventPump;
import io.troupe.streams.flight.stream.Gate;
import io.troupe.streams.flight.stream.TokenStream;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;

/** Decodes the prompts of an exchange and writes their tokens. Thread-safe. */
final class ExchangeDecoding implements AutoCloseable {
  /** Two of the largest batches: one is written while the next one fills. */
  private static final int CAPACITY = 2 * Batching.MAX_ROWS;

  private static final int MAX_WAITING_PROMPTS = 4096;

  /** A token is decoded when the one before has its credit. */
  private static final int BUFFER_WITH_CREDITS = 0;

  private final Endpoint endpoint;
  private final UUID id;
  private final String owner;
  private final ExchangeCommand command;
  private final Gate gate;
  private final TokenStream stream;
  private final PromptQueue queue;

  /** Sends the schema and waits for prompts. */
  ExchangeDecoding(
      ExchangeServices services,
      UUID id,
      String owner,
      ExchangeCommand command,
      ServerStreamListener writer,
      TokenStream.End onWritten) {
    this.endpoint = services.endpoint();
    this.id = id;
    this.owner = owner;
    this.command = command;
    this.gate =
        command.credits().isPresent()
            ? Gate.withCredits(CAPACITY, command.credits().getAsLong())
            : Gate.withoutCredits(CAPACITY);
    this.stream =
        new TokenStream(
            services.loop(),
            gate,
            command.batching(),
            writer,
            endpoint.config().timeouts().request(),
            onWritten);
    this.queue =
        new PromptQueue(
            command.maxConcurrentPrompts(), MAX_WAITING_PROMPTS, this::submit, this::pump);
    stream.start(services.schema().apply(id, command.logProbs()), services.outbound());
  }

  private Generation submit(Prompt prompt) {
    int buffer =
        command.credits().isPresent()
            ? BUFFER_WITH_CREDITS
            : endpoint.config().load().outputBuffer();
    return endpoint.submit(command.request(id, owner, prompt), buffer);
  }

  private void pump(Prompt prompt, Generation generation) {
    int request = Math.toIntExact(prompt.id());
    new EventPump(generation::next, request, gate, stream, () -> onEnd(generation)).run();
  }

  private void onEnd(Generation generation) {
    try {
      if (queue.ended(generation)) {
        stream.complete();
      } else if (queue.isIdle()) {
        stream.flush(); // the next prompt may depend on these rows
      }
    } catch (RuntimeException e) { // the next prompt is refused
      stream.fail(e);
    }
  }

  /**
   * Adds prompts. A reader without credits waits while too many are waiting; one that gives credits
   * must not, because the credits come behind the prompts.
   *
   * @throws InvalidFieldException if too many prompts wait for credits
   */
  void add(List<Prompt> prompts) throws InterruptedException {
    if (command.credits().isEmpty()) {
      queue.awaitRoom(prompts.size());
    } else if (!queue.hasRoom(prompts.size())) {
      throw InvalidFieldException.of(
          "the number of waiting prompts", "at most " + MAX_WAITING_PROMPTS, "more");
    }
    queue.add(prompts);
  }

  /**
   * Accepts more tokens.
   *
   * @throws InvalidFieldException if the exchange began without credits
   */
  void addCredits(long credits) {
    if (command.credits().isEmpty()) {
      throw InvalidFieldException.of(
          "credits", "in the command of an exchange that gives credits", credits);
    }
    gate.addCredits(credits);
  }

  /** Neither prompts nor credits follow. */
  void complete() {
    if (queue.complete()) {
      stream.complete();
    }
    gate.endCredits(
        () ->
            fail(
                InvalidFieldException.of(
                    "the sum of all credits", "enough for every token", "the end of the input")));
  }

  /** Ends the exchange with an error. */
  void fail(Throwable cause) {
    queue.close();
    stream.fail(cause);
  }

  /** Cancels what has not ended. */
  @Override
  public void close() {
    queue.close();
    stream.abandon();
  }
}
