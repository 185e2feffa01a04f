package io.troupe.streams.flight.server;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the record batches that clients send, before Arrow sees them, and ends a call with an
 * invalid one. Methods that the server does not have are removed from the service.
 *
 * @param <Q> the type of the requests
 * @param <S> the type of the responses
 */
final class InboundCheck<Q, S> implements ServerCallHandler<byte[], S> {
  private static final Logger LOG = LoggerFactory.getLogger(InboundCheck.class);
  private static final Set<String> WITH_RECORD_BATCHES = Set.of("DoExchange");
  private static final Set<String> NOT_SERVED = Set.of("DoPut", "Handshake");

  private final ServerMethodDefinition<Q, S> method;

  private InboundCheck(ServerMethodDefinition<Q, S> method) {
    this.method = method;
  }

  /** The service with checked messages and without the methods that are not served. */
  static ServerServiceDefinition applyTo(ServerServiceDefinition service) {
    var checked = ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      String name = method.getMethodDescriptor().getBareMethodName();
      if (!NOT_SERVED.contains(name)) {
        if (WITH_RECORD_BATCHES.contains(name)) {
          checked.addMethod(applyTo(method));
        } else {
          checked.addMethod(method);
        }
      }
    }
    return checked.build();
  }

  private static <Q, S> ServerMethodDefinition<byte[], S> applyTo(
      ServerMethodDefinition<Q, S> method) {
    MethodDescriptor<Q, S> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(new Bytes(), descriptor.getResponseMarshaller()).build(),
        new InboundCheck<>(method));
  }

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], S> call, Metadata headers) {
    CheckedCall<Q, S> checked = new CheckedCall<>(call, method.getMethodDescriptor());
    return new CheckedListener<>(
        checked, method.getServerCallHandler().startCall(checked, headers));
  }

  private static final class CheckedListener<Q, S> extends ServerCall.Listener<byte[]> {
    private final CheckedCall<Q, S> call;
    private final ServerCall.Listener<Q> listener;
    private final MessageOrder order = new MessageOrder();

    CheckedListener(CheckedCall<Q, S> call, ServerCall.Listener<Q> listener) {
      this.call = call;
      this.listener = listener;
    }

    @Override
    public void onMessage(byte[] message) {
      if (call.isRejected()) {
        return;
      }
      Optional<String> flaw = order.flaw(message);
      if (flaw.isPresent()) {
        reject(flaw.get());
        return;
      }
      try {
        listener.onMessage(
            call.getMethodDescriptor().parseRequest(new ByteArrayInputStream(message)));
      } catch (RuntimeException e) { // such as Arrow's OutOfMemoryException
        LOG.warn("a message could not be read: {}", e.getMessage());
        reject("one that cannot be read");
      }
    }

    private void reject(String flaw) {
      call.reject(
          Status.INVALID_ARGUMENT.withDescription(
              "a message must be FlightData of limited size with a flat schema or a record batch of"
                  + " it, got "
                  + flaw));
      listener.onCancel();
    }

    @Override
    public void onHalfClose() {
      if (!call.isRejected()) {
        listener.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!call.isRejected()) {
        listener.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!call.isRejected()) {
        listener.onComplete();
      }
    }

    @Override
    public void onReady() {
      listener.onReady();
    }
  }

  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes(); // as many as the server's limit allows
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
