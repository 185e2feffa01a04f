package io.troupe.streams.flight;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The bytes that a client sends in a valid exchange. */
final class ExchangeMessages {
  private ExchangeMessages() {}

  /** The schema with the command, a batch of two prompts, and credits. */
  static List<byte[]> record(BufferAllocator allocator) throws IOException {
    Schema schema = new Schema(List.of(Field.nullable("prompt", new ArrowType.Utf8())));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      VarCharVector prompts = (VarCharVector) root.getVector(0);
      prompts.allocateNew();
      prompts.setSafe(0, "ab".getBytes(StandardCharsets.UTF_8));
      prompts.setSafe(1, "c".getBytes(StandardCharsets.UTF_8));
      root.setRowCount(2);
      try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
        return List.of(
            schemaMessage(schema), batchMessage(batch), metadataMessage("{\"credits\": 1000}"));
      }
    }
  }

  private static byte[] schemaMessage(Schema schema) {
    ByteBuffer header = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
    String command = "{\"max_tokens\": 3, \"seed\": 1, \"credits\": 2}";
    return Flight.FlightData.newBuilder()
        .setFlightDescriptor(
            Flight.FlightDescriptor.newBuilder()
                .setType(Flight.FlightDescriptor.DescriptorType.CMD)
                .setCmd(ByteString.copyFromUtf8(command)))
        .setDataHeader(ByteString.copyFrom(header))
        .build()
        .toByteArray();
  }

  private static byte[] batchMessage(ArrowRecordBatch batch) throws IOException {
    ByteBuffer header = MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (WriteChannel channel = new WriteChannel(Channels.newChannel(body))) {
      MessageSerializer.writeBatchBuffers(channel, batch);
    }
    return Flight.FlightData.newBuilder()
        .setDataHeader(ByteString.copyFrom(header))
        .setDataBody(ByteString.copyFrom(body.toByteArray()))
        .build()
        .toByteArray();
  }

  private static byte[] metadataMessage(String json) {
    return Flight.FlightData.newBuilder()
        .setAppMetadata(ByteString.copyFromUtf8(json))
        .build()
        .toByteArray();
  }
}
