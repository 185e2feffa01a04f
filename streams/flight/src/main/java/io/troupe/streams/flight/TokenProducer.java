package io.troupe.streams.flight;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.access.Caller;
import io.troupe.serving.access.Scope;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.model.Weights;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.streams.flight.action.Actions;
import io.troupe.streams.flight.command.GenerateCommand;
import io.troupe.streams.flight.exchange.Exchange;
import io.troupe.streams.flight.exchange.ExchangeServices;
import io.troupe.streams.flight.job.Job;
import io.troupe.streams.flight.job.Jobs;
import io.troupe.streams.flight.rows.TokenSchema;
import io.troupe.streams.flight.server.CallerMiddleware;
import io.troupe.streams.flight.status.Failures;
import io.troupe.streams.flight.stream.Batching;
import io.troupe.streams.flight.stream.EventPump;
import io.troupe.streams.flight.stream.EventSource;
import io.troupe.streams.flight.stream.Gate;
import io.troupe.streams.flight.stream.RunningStreams;
import io.troupe.streams.flight.stream.TokenStream;
import io.troupe.streams.flight.stream.WriterLoop;
import io.troupe.streams.flight.ticket.SignedTicket;
import io.troupe.streams.flight.ticket.SignedTicket.Kind;
import io.troupe.streams.flight.ticket.TicketSigner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;

/** Answers the calls of Flight. Thread-safe. */
final class TokenProducer implements FlightProducer {
  /** Maximum number of events of a stream that have been decoded and not written. */
  private static final int CAPACITY = 1024;

  private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

  private final Endpoint endpoint;
  private final WriterLoop loop;
  private final BufferAllocator outbound;
  private final InstantSource clock;
  private final Duration ticketLifetime;
  private final TicketSigner signer;
  private final RunningStreams running = new RunningStreams();
  private final Jobs jobs;
  private final Actions actions;
  private final ExchangeServices exchanges;

  /**
   * A producer.
   *
   * @param loop writes all streams
   * @param outbound allocator of what is sent
   * @param clock tells when tickets expire
   * @param ticketLifetime time from the creation of a ticket to its expiry
   */
  TokenProducer(
      Endpoint endpoint,
      WriterLoop loop,
      BufferAllocator outbound,
      InstantSource clock,
      Duration ticketLifetime) {
    this.endpoint = endpoint;
    this.loop = loop;
    this.outbound = outbound;
    this.clock = clock;
    this.ticketLifetime = ticketLifetime;
    this.signer = new TicketSigner(endpoint.config().network().maxBodyBytes());
    this.jobs = new Jobs(endpoint, loop, ticketLifetime);
    this.actions = new Actions(endpoint, signer, running, jobs);
    this.exchanges = new ExchangeServices(endpoint, loop, running, outbound, this::schema);
  }

  /** The streams that are being read; for tests and shutdown. */
  int numRunning() {
    return running.size();
  }

  /** Cancels the jobs. */
  void close() {
    jobs.close();
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return guarded(
        () -> {
          Caller caller = CallerMiddleware.callerOf(context, Scope.GENERATE);
          byte[] json = command(descriptor);
          UUID id = UUID.randomUUID();
          GenerateCommand command = GenerateCommand.parse(json, endpoint, id, caller.name());
          Instant expiresAt = clock.instant().plus(ticketLifetime);
          SignedTicket ticket = new SignedTicket(Kind.REQUEST, id, expiresAt, json);
          return info(descriptor, caller, ticket, command.request().logProbs());
        });
  }

  private FlightInfo info(
      FlightDescriptor descriptor, Caller caller, SignedTicket ticket, LogProbs logProbs) {
    byte[] bytes = signer.sign(ticket, caller.name());
    var location = // without an address, the client reads from the server that it has asked
        new org.apache.arrow.flight.FlightEndpoint(new Ticket(bytes), ticket.expiresAt());
    byte[] metadata =
        JsonNodeFactory.instance
            .objectNode()
            .put("request_id", ticket.id().toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return new FlightInfo(
        schema(ticket.id(), logProbs),
        descriptor,
        List.of(location),
        -1,
        -1,
        true,
        IpcOption.DEFAULT,
        metadata);
  }

  private Schema schema(UUID id, LogProbs logProbs) {
    Weights weights = endpoint.model().weights();
    return TokenSchema.of(
        logProbs,
        Map.of(
            "model", endpoint.model().name(),
            "policy_version", Long.toString(weights.version()),
            "checksum", weights.checksum(),
            "request_id", id.toString()));
  }

  private static byte[] command(FlightDescriptor descriptor) {
    if (!descriptor.isCommand()) {
      throw InvalidFieldException.of("the descriptor", "a command", "a path");
    }
    return descriptor.getCommand();
  }

  @Override
  public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return guarded(
        () -> {
          Caller caller = CallerMiddleware.callerOf(context, Scope.GENERATE);
          byte[] command = command(descriptor);
          return TicketSigner.isTicket(command)
              ? poll(caller, descriptor, signer.verify(command, caller.name(), clock.instant()))
              : startJob(caller, descriptor, command);
        });
  }

  private PollInfo startJob(Caller caller, FlightDescriptor descriptor, byte[] json) {
    UUID id = UUID.randomUUID();
    GenerateCommand command = GenerateCommand.parse(json, endpoint, id, caller.name());
    if (!command.request().logProbs().equals(LogProbs.NONE)) {
      throw InvalidFieldException.of("logprobs", "absent in a job, which keeps its rows", "a job");
    }
    Job job = jobs.start(id, caller.name(), command);
    Instant expiresAt = clock.instant().plus(ticketLifetime);
    SignedTicket ticket = new SignedTicket(Kind.JOB, job.id(), expiresAt, new byte[0]);
    return report(caller, descriptor, ticket, job);
  }

  private PollInfo poll(Caller caller, FlightDescriptor descriptor, SignedTicket ticket) {
    Job job = jobs.get(requireJob(ticket).id(), caller.name());
    try {
      job.await(POLL_TIMEOUT); // on a virtual thread of this call
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return report(caller, descriptor, ticket, job);
  }

  private static SignedTicket requireJob(SignedTicket ticket) {
    if (ticket.kind() != Kind.JOB) {
      throw InvalidFieldException.of(
          "the descriptor", "a command or the descriptor of a job", "a ticket");
    }
    return ticket;
  }

  private PollInfo report(
      Caller caller, FlightDescriptor descriptor, SignedTicket ticket, Job job) {
    double progress = job.progress();
    FlightDescriptor next =
        job.hasEnded() ? null : FlightDescriptor.command(signer.sign(ticket, caller.name()));
    return new PollInfo(
        info(descriptor, caller, ticket, LogProbs.NONE), next, progress, ticket.expiresAt());
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    guarded(
        () -> {
          Caller caller = CallerMiddleware.callerOf(context, Scope.GENERATE);
          SignedTicket signed = verified(ticket.getBytes(), caller);
          switch (signed.kind()) {
            case REQUEST -> streamRequest(caller, signed, listener);
            case JOB -> streamJob(jobs.get(signed.id(), caller.name()), listener);
          }
          return null;
        });
  }

  /** A ticket of this server, or a command, which needs none. */
  private SignedTicket verified(byte[] ticket, Caller caller) {
    return ticket.length > 0 && ticket[0] == '{'
        ? new SignedTicket(Kind.REQUEST, UUID.randomUUID(), Instant.MAX, ticket)
        : signer.verify(ticket, caller.name(), clock.instant());
  }

  private void streamRequest(Caller caller, SignedTicket ticket, ServerStreamListener listener) {
    endpoint.requireRoom();
    UUID id = ticket.id();
    GenerateCommand command = GenerateCommand.parse(ticket.content(), endpoint, id, caller.name());
    Generation generation = endpoint.submit(command.request());
    Gate gate = Gate.withoutCredits(CAPACITY);
    TokenStream stream =
        stream(
            gate,
            command.batching(),
            listener,
            () -> {
              running.remove(id);
              generation.close();
            });
    if (!running.add(id, caller.name(), () -> stream.fail(canceled()))) {
      generation.close();
      throw CallStatus.ALREADY_EXISTS
          .withDescription("a ticket must be read by one client at a time, got a second one")
          .toRuntimeException();
    }
    listener.setOnCancelHandler(
        () -> {
          generation.close();
          stream.abandon();
        });
    start(stream, schema(id, command.request().logProbs()), gate, generation::next);
  }

  private void streamJob(Job job, ServerStreamListener listener) {
    Gate gate = Gate.withoutCredits(CAPACITY);
    TokenStream stream = stream(gate, job.batching(), listener, () -> {});
    listener.setOnCancelHandler(stream::abandon);
    start(stream, schema(job.id(), LogProbs.NONE), gate, job.reader());
  }

  private TokenStream stream(
      Gate gate, Batching batching, ServerStreamListener listener, Runnable onEnd) {
    return new TokenStream(
        loop,
        gate,
        batching,
        listener,
        endpoint.config().timeouts().request(),
        failure -> {
          onEnd.run();
          end(listener, failure);
        });
  }

  private void start(TokenStream stream, Schema schema, Gate gate, EventSource source) {
    stream.start(schema, outbound);
    new EventPump(source, 0, gate, stream, stream::complete).run();
  }

  private static void end(ServerStreamListener listener, Optional<Throwable> failure) {
    if (!listener.isCancelled()) {
      failure.ifPresentOrElse(cause -> listener.error(Failures.of(cause)), listener::completed);
    }
  }

  private static FlightRuntimeException canceled() {
    return CallStatus.CANCELLED
        .withDescription("the request was canceled by the action 'cancel'")
        .toRuntimeException();
  }

  @Override
  public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
    Caller caller = CallerMiddleware.callerOf(context, Scope.GENERATE);
    new Exchange(exchanges, caller.name(), reader, writer).run();
  }

  @Override
  public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
    return guarded(
        () -> {
          CallerMiddleware.callerOf(context, Scope.GENERATE);
          LogProbs logProbs = GenerateCommand.logProbs(command(descriptor));
          return new SchemaResult(schema(new UUID(0, 0), logProbs));
        });
  }

  /** The jobs of the caller. */
  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
    guarded(
        () -> {
          Caller caller = CallerMiddleware.callerOf(context, Scope.GENERATE);
          Instant expiresAt = clock.instant().plus(ticketLifetime);
          for (Job job : jobs.of(caller.name())) {
            SignedTicket ticket = new SignedTicket(Kind.JOB, job.id(), expiresAt, new byte[0]);
            FlightDescriptor descriptor =
                FlightDescriptor.command(signer.sign(ticket, caller.name()));
            listener.onNext(info(descriptor, caller, ticket, LogProbs.NONE));
          }
          listener.onCompleted();
          return null;
        });
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    guarded(() -> actions.run(CallerMiddleware.callerOf(context, Scope.GENERATE), action))
        .whenComplete(
            (body, failure) -> {
              if (failure != null) {
                listener.onError(Failures.of(failure));
              } else {
                listener.onNext(new Result(body));
                listener.onCompleted();
              }
            });
  }

  @Override
  public void listActions(CallContext context, StreamListener<ActionType> listener) {
    Actions.ALL.forEach(listener::onNext);
    listener.onCompleted();
  }

  /** DoPut is not served. */
  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream flightStream, StreamListener<PutResult> ackStream) {
    throw CallStatus.UNIMPLEMENTED
        .withDescription("DoPut is not supported; send prompts with DoExchange")
        .toRuntimeException();
  }

  private static <T> T guarded(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw Failures.of(e);
    }
  }
}
