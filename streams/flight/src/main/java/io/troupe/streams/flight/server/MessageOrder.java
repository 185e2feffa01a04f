package io.troupe.streams.flight.server;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flight.impl.Flight;

/**
 * Checks the FlightData messages of one call before Arrow reads them. Arrow allocates each length
 * that a message names, up to 2 GiB, before it looks for the bytes; it does not release buffers of
 * messages with other flaws; and it waits for ever for a descriptor or a schema that does not come.
 * For one call.
 */
final class MessageOrder {
  private static final int DESCRIPTOR = 1; // field numbers of FlightData
  private static final int DATA_HEADER = 2;
  private static final int APP_METADATA = 3;
  private static final int DATA_BODY = 1000;

  private boolean isFirst = true;
  private boolean hasSchema;

  /** What is wrong with the next message, if anything. */
  Optional<String> flaw(byte[] message) {
    try {
      check(message);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    } catch (RuntimeException e) { // a flatbuffer with offsets outside of it
      return Optional.of("a damaged header");
    }
  }

  private void check(byte[] message) throws IOException {
    Map<Integer, byte[]> fields = fields(message);
    byte[] descriptor = fields.get(DESCRIPTOR);
    if (isFirst && descriptor == null) {
      throw new IOException("no descriptor in the first message");
    }
    if (descriptor != null) {
      Flight.FlightDescriptor.parseFrom(descriptor);
    }
    int bodyBytes = fields.getOrDefault(DATA_BODY, new byte[0]).length;
    byte[] header = fields.get(DATA_HEADER);
    if (header != null) {
      checkOrder(RecordBatchCheck.check(header, bodyBytes), bodyBytes);
    } else if (bodyBytes > 0) {
      throw new IOException("a body without a header");
    }
    isFirst = false;
  }

  /** The fields of a message; the parser throws if one is longer than the rest of the message. */
  private static Map<Integer, byte[]> fields(byte[] message) throws IOException {
    Map<Integer, byte[]> fields = new HashMap<>();
    CodedInputStream input = CodedInputStream.newInstance(message);
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean isKnown =
          field == DESCRIPTOR
              || field == DATA_HEADER
              || field == APP_METADATA
              || field == DATA_BODY;
      if (!isKnown || WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        throw new IOException("an unknown field");
      }
      if (fields.put(field, input.readByteArray()) != null) {
        throw new IOException("field " + field + " twice");
      }
    }
    return fields;
  }

  private void checkOrder(byte type, int bodyBytes) throws IOException {
    if (type == MessageHeader.Schema && (hasSchema || bodyBytes > 0)) {
      throw new IOException(hasSchema ? "a second schema" : "a schema with a body");
    }
    if (type == MessageHeader.RecordBatch && !hasSchema) {
      throw new IOException("a record batch before its schema");
    }
    hasSchema |= type == MessageHeader.Schema;
  }
}
