package io.troupe.streams.flight.server;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * Checks the lengths inside of messages before Arrow reads them: Arrow allocates each length that a
 * message names, up to 2 GiB, before it looks for the bytes. Methods that the server does not have
 * are removed for the same reason.
 *
 * @param <T> the type of the messages
 */
final class MessageCheck<T> implements Marshaller<T> {
  private static final Set<String> WITH_RECORD_BATCHES = Set.of("DoExchange");
  private static final Set<String> NOT_SERVED = Set.of("DoPut", "Handshake");

  /** The number of the field with the Arrow message in FlightData. */
  private static final int DATA_HEADER = 2;

  private final Marshaller<T> marshaller;

  private MessageCheck(Marshaller<T> marshaller) {
    this.marshaller = marshaller;
  }

  /** The service with checked messages and without the methods that are not served. */
  static ServerServiceDefinition applyTo(ServerServiceDefinition service) {
    var checked = ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      String name = method.getMethodDescriptor().getBareMethodName();
      if (!NOT_SERVED.contains(name)) {
        add(checked, method, WITH_RECORD_BATCHES.contains(name));
      }
    }
    return checked.build();
  }

  private static <Q, S> void add(
      ServerServiceDefinition.Builder service,
      ServerMethodDefinition<Q, S> method,
      boolean isChecked) {
    service.addMethod(isChecked ? applyTo(method) : method);
  }

  private static <Q, S> ServerMethodDefinition<Q, S> applyTo(ServerMethodDefinition<Q, S> method) {
    MethodDescriptor<Q, S> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder()
            .setRequestMarshaller(new MessageCheck<>(descriptor.getRequestMarshaller()))
            .build(),
        method.getServerCallHandler());
  }

  @Override
  public InputStream stream(T value) {
    return marshaller.stream(value);
  }

  @Override
  public T parse(InputStream stream) {
    try {
      byte[] message = stream.readAllBytes(); // as long as the server's limit allows
      check(message);
      return marshaller.parse(new ByteArrayInputStream(message));
    } catch (IOException | RuntimeException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the message must be FlightData with record batches of its schema")
          .withCause(e)
          .asRuntimeException();
    }
  }

  /** Walks over the fields; the parser throws if one is longer than the rest of the message. */
  private static void check(byte[] message) throws IOException {
    CodedInputStream fields = CodedInputStream.newInstance(message);
    for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        throw new IOException("a field with a length, got tag " + tag);
      }
      if (WireFormat.getTagFieldNumber(tag) == DATA_HEADER) {
        RecordBatchCheck.check(fields.readByteBuffer(), message.length);
      } else {
        fields.skipField(tag);
      }
    }
  }
}
