package io.troupe.streams.flight.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * Checks the header of an Arrow message from a client: Arrow trusts the depth of a schema and the
 * lengths of a record batch, and allocates by them.
 */
final class RecordBatchCheck {
  private static final int MAX_FIELDS = 16;
  private static final int MAX_DEPTH = 2; // a list of numbers
  private static final int MAX_ROWS = 4096;

  private RecordBatchCheck() {}

  /**
   * Checks a header.
   *
   * @param header the flatbuffer
   * @param bodyBytes size of the body
   * @return {@link MessageHeader#Schema} or {@link MessageHeader#RecordBatch}
   * @throws IOException if it is not a flat schema or a record batch of limited size
   * @throws RuntimeException if it is no flatbuffer of a message
   */
  static byte check(byte[] header, int bodyBytes) throws IOException {
    Message message = Message.getRootAsMessage(ByteBuffer.wrap(header));
    switch (message.headerType()) {
      case MessageHeader.Schema -> checkSchema(message);
      case MessageHeader.RecordBatch -> checkBatch(message, bodyBytes);
      default -> throw new IOException("another message of type " + message.headerType());
    }
    return message.headerType();
  }

  private static void checkSchema(Message message) throws IOException {
    Schema schema = (Schema) message.header(new Schema());
    require(schema.fieldsLength() <= MAX_FIELDS, "fields", schema.fieldsLength());
    require(
        schema.customMetadataLength() <= MAX_FIELDS,
        "entries of metadata",
        schema.customMetadataLength());
    for (int i = 0; i < schema.fieldsLength(); i++) {
      checkField(schema.fields(i), 1);
    }
    MessageSerializer.deserializeSchema(message); // throws if it has another flaw
  }

  private static void checkField(Field field, int depth) throws IOException {
    require(field.dictionary() == null, "dictionaries", 1);
    require(depth <= MAX_DEPTH, "levels of lists", depth);
    require(field.childrenLength() <= 1, "children of a column", field.childrenLength());
    for (int i = 0; i < field.childrenLength(); i++) {
      checkField(field.children(i), depth + 1);
    }
  }

  private static void checkBatch(Message message, int bodyBytes) throws IOException {
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    require(batch.compression() == null, "compressed buffers", 1);
    require(batch.length() >= 0 && batch.length() <= MAX_ROWS, "rows", batch.length());
    require(batch.nodesLength() <= MAX_DEPTH * MAX_FIELDS, "columns", batch.nodesLength());
    for (int i = 0; i < batch.nodesLength(); i++) {
      checkColumn(batch.nodes(i), bodyBytes);
    }
    require(batch.buffersLength() <= 3 * MAX_DEPTH * MAX_FIELDS, "buffers", batch.buffersLength());
    for (int i = 0; i < batch.buffersLength(); i++) {
      checkBuffer(batch.buffers(i), bodyBytes);
    }
  }

  private static void checkColumn(FieldNode column, int bodyBytes) throws IOException {
    long length = column.length();
    require(length >= 0 && length <= Math.max(MAX_ROWS, bodyBytes), "values of a column", length);
    long nulls = column.nullCount();
    require(nulls >= 0 && nulls <= length, "nulls of a column", nulls);
  }

  private static void checkBuffer(Buffer buffer, int bodyBytes) throws IOException {
    boolean isInside =
        buffer.offset() >= 0
            && buffer.length() >= 0
            && buffer.offset() <= bodyBytes
            && buffer.length() <= bodyBytes - buffer.offset();
    require(isInside, "bytes of a buffer outside of the body", buffer.length());
  }

  private static void require(boolean holds, String what, long got) throws IOException {
    if (!holds) {
      throw new IOException(got + " " + what);
    }
  }
}
