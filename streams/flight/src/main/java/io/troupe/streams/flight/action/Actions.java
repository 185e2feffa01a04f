package io.troupe.streams.flight.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.serving.access.Caller;
import io.troupe.serving.access.Scope;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.health.Health;
import io.troupe.serving.model.Weights;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import io.troupe.serving.weights.WeightFields;
import io.troupe.streams.flight.job.Jobs;
import io.troupe.streams.flight.stream.RunningStreams;
import io.troupe.streams.flight.ticket.TicketSigner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelFlightInfoResult;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightEndpoint;

/** The actions of an endpoint. Their bodies and results are JSON, unless Flight defines them. */
public final class Actions {
  private static final ActionType MODELS =
      new ActionType("models", "The served model. Result: {\"data\": [{\"id\", ...}]}.");
  private static final ActionType HEALTH =
      new ActionType("health", "The state of the endpoint. Result: {\"status\", \"message\"}.");
  private static final ActionType CANCEL =
      new ActionType(
          "cancel",
          "Cancels a request or a job of the caller. Body: {\"request_id\"}. Result:"
              + " {\"status\"}.");
  private static final ActionType WEIGHTS =
      new ActionType(
          "weights",
          "Replaces the weights; the API key needs the scope weights. Body: {\"directory\","
              + " \"mode\"}. Result: {\"version\", \"checksum\"}.");

  /** Every action. */
  public static final List<ActionType> ALL =
      List.of(MODELS, HEALTH, CANCEL, WEIGHTS, FlightConstants.CANCEL_FLIGHT_INFO);

  private final Endpoint endpoint;
  private final TicketSigner signer;
  private final RunningStreams running;
  private final Jobs jobs;

  /** The actions of an endpoint. */
  public Actions(Endpoint endpoint, TicketSigner signer, RunningStreams running, Jobs jobs) {
    this.endpoint = endpoint;
    this.signer = signer;
    this.running = running;
    this.jobs = jobs;
  }

  /**
   * Runs an action.
   *
   * @return completes with the body of the result
   * @throws RuntimeException if the action does not exist, or its body is wrong
   */
  public CompletionStage<byte[]> run(Caller caller, Action action) {
    String type = action.getType();
    if (type.equals(MODELS.getType())) {
      return done(models());
    } else if (type.equals(HEALTH.getType())) {
      return done(health());
    } else if (type.equals(CANCEL.getType())) {
      return done(cancel(caller, JsonFields.parse(action.getBody())));
    } else if (type.equals(WEIGHTS.getType())) {
      return weights(caller, JsonFields.parse(action.getBody()));
    } else if (type.equals(FlightConstants.CANCEL_FLIGHT_INFO.getType())) {
      return CompletableFuture.completedFuture(cancelFlightInfo(caller, action.getBody()));
    }
    throw CallStatus.UNIMPLEMENTED
        .withDescription(
            "the action must be one of %s, got another"
                .formatted(ALL.stream().map(ActionType::getType).toList()))
        .toRuntimeException();
  }

  private ObjectNode models() {
    Weights weights = endpoint.model().weights();
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result
        .putArray("data")
        .addObject()
        .put("id", endpoint.model().name())
        .put("max_model_len", endpoint.model().config().maxPositionEmbeddings())
        .put("vocab_size", endpoint.model().config().vocabSize())
        .put("version", weights.version())
        .put("checksum", weights.checksum());
    return result;
  }

  private ObjectNode health() {
    Health health = endpoint.health();
    return JsonNodeFactory.instance
        .objectNode()
        .put("status", health.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .put("message", health.message());
  }

  private ObjectNode cancel(Caller caller, JsonFields fields) {
    String text = fields.text("request_id").orElse("");
    fields.requireNoOthers();
    UUID id;
    try {
      id = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw fields.invalid("request_id", "the id of a request, which is a UUID", text);
    }
    cancel(caller, id);
    return JsonNodeFactory.instance.objectNode().put("status", "canceled");
  }

  private void cancel(Caller caller, UUID id) {
    if (!running.cancel(id, caller.name()) && !jobs.cancel(id, caller.name())) {
      throw CallStatus.NOT_FOUND
          .withDescription("the request must be a running one of yours, got " + id)
          .toRuntimeException();
    }
  }

  private byte[] cancelFlightInfo(Caller caller, byte[] body) {
    List<FlightEndpoint> endpoints;
    try {
      endpoints =
          CancelFlightInfoRequest.deserialize(ByteBuffer.wrap(body)).getInfo().getEndpoints();
    } catch (IOException | URISyntaxException | RuntimeException e) {
      throw new InvalidFieldException("body", "the body must be a CancelFlightInfoRequest");
    }
    for (FlightEndpoint info : endpoints) {
      cancel(caller, signer.verify(info.getTicket().getBytes(), caller.name(), Instant.now()).id());
    }
    return bytes(new CancelFlightInfoResult(CancelStatus.CANCELLED).serialize());
  }

  private CompletionStage<byte[]> weights(Caller caller, JsonFields fields) {
    if (!caller.may(Scope.WEIGHTS)) {
      throw CallStatus.UNAUTHORIZED
          .withDescription("the API key must have the scope weights for new weights")
          .toRuntimeException();
    }
    WeightFields update = WeightFields.read(fields);
    return endpoint
        .weights()
        .update(update.directory(), update.running())
        .thenApply(
            weights ->
                json(
                    JsonNodeFactory.instance
                        .objectNode()
                        .put("version", weights.version())
                        .put("checksum", weights.checksum())));
  }

  private static CompletionStage<byte[]> done(ObjectNode result) {
    return CompletableFuture.completedFuture(json(result));
  }

  private static byte[] json(ObjectNode result) {
    return result.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
