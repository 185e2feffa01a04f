package io.troupe.streams.flight.exchange;

import io.troupe.protocols.sample.Prompt;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.streams.flight.command.ExchangeCommand;
import io.troupe.streams.flight.status.Failures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DoExchange call, on a virtual thread of its own. The thread reads prompts and credits until
 * the last message of the client, waits for the last token, and ends the call.
 *
 * <p>Arrow frees the buffers of the input when the call ends, also when the client cancels it.
 * Therefore only this thread ends the call, and a cancellation waits until this thread has left the
 * input.
 */
public final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(5);

  private final ExchangeServices services;
  private final UUID id = UUID.randomUUID();
  private final String owner;
  private final FlightStream reader;
  private final ServerStreamListener writer;
  private final PromptRows rows;

  private final Thread thread = Thread.currentThread();
  private final CountDownLatch hasLeft = new CountDownLatch(1);
  private final CompletableFuture<Optional<Throwable>> written = new CompletableFuture<>();
  private long numPrompts;

  /**
   * An exchange on the current thread.
   *
   * @param owner name of the caller
   */
  public Exchange(
      ExchangeServices services, String owner, FlightStream reader, ServerStreamListener writer) {
    this.services = services;
    this.owner = owner;
    this.reader = reader;
    this.writer = writer;
    this.rows = new PromptRows(services.endpoint().model());
  }

  /** Serves the call until it has ended. */
  public void run() {
    writer.setOnCancelHandler(this::onCancel);
    Optional<Throwable> failure;
    try {
      failure = serve();
    } catch (RuntimeException | InterruptedException e) {
      failure = written.getNow(Optional.empty()).or(() -> Optional.of(e)); // the cause comes first
    } finally {
      hasLeft.countDown();
    }
    if (writer.isCancelled()) {
      return; // the input is freed by the cancellation, and nobody waits for an answer
    }
    Thread.interrupted(); // what follows does not wait
    failure.ifPresentOrElse(cause -> writer.error(Failures.of(cause)), writer::completed);
  }

  private Optional<Throwable> serve() throws InterruptedException {
    boolean hasInput = next();
    ExchangeCommand command = ExchangeCommand.parse(command(), services.endpoint(), id);
    ExchangeDecoding decoding =
        new ExchangeDecoding(services, id, owner, command, writer, this::onWritten);
    try {
      services.running().add(id, owner, () -> decoding.fail(canceled()));
      while (hasInput) {
        read(decoding);
        hasInput = next();
      }
      decoding.complete();
      return written.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a stream is a value", e);
    } finally {
      services.running().remove(id);
      decoding.close();
      written.join(); // then this thread alone uses the call
    }
  }

  /** Waits for a message. Its lengths have been checked, but not each offset. */
  private boolean next() throws InterruptedException {
    try {
      return reader.next();
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("the exchange ends");
      }
      throw InvalidFieldException.of("the record batch", "one of the schema", e.getMessage());
    }
  }

  /** The command is in the descriptor of the first message, as the server has checked. */
  private byte[] command() {
    FlightDescriptor descriptor = reader.getDescriptor();
    if (!descriptor.isCommand()) {
      throw InvalidFieldException.of("the descriptor", "a command", "a path");
    }
    return descriptor.getCommand();
  }

  private void read(ExchangeDecoding decoding) throws InterruptedException {
    ArrowBuf metadata = reader.getLatestMetadata();
    if (metadata != null && metadata.readableBytes() > 0) {
      decoding.addCredits(Credits.read(metadata));
    }
    if (reader.hasRoot() && reader.getRoot().getRowCount() > 0) {
      List<Prompt> prompts = rows.read(reader.getRoot(), numPrompts);
      numPrompts += prompts.size();
      decoding.add(prompts);
    }
  }

  /**
   * On the thread of the writer. The call ends after {@link #written} is complete: an interrupt
   * that comes later would stop Arrow from freeing the input.
   */
  private void onWritten(Optional<Throwable> failure) {
    if (failure.isPresent()) {
      thread.interrupt();
    }
    written.complete(failure);
  }

  private static FlightRuntimeException canceled() {
    return CallStatus.CANCELLED
        .withDescription("the request was canceled by the action 'cancel'")
        .toRuntimeException();
  }

  /** On a thread of gRPC: the input is freed when this method returns. */
  private void onCancel() {
    thread.interrupt();
    try {
      if (!hasLeft.await(LEAVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.error("exchange {} must end within {} after its cancellation", id, LEAVE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
