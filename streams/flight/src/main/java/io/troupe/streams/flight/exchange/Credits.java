package io.troupe.streams.flight.exchange;

import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import org.apache.arrow.memory.ArrowBuf;

/** Credits in the metadata of a message: {@code {"credits": N}}. */
final class Credits {
  private static final int MAX_BYTES = 256;

  private Credits() {}

  /**
   * The number of tokens that the reader accepts in addition.
   *
   * @param metadata of a message
   * @throws InvalidFieldException if it has another form
   */
  static long read(ArrowBuf metadata) {
    long size = metadata.readableBytes();
    if (size > MAX_BYTES) {
      throw InvalidFieldException.of("app_metadata", "at most 256 bytes", size + " bytes");
    }
    byte[] json = new byte[(int) size];
    metadata.getBytes(metadata.readerIndex(), json);
    JsonFields fields = JsonFields.parse(json);
    long credits = fields.integer("credits").orElse(0);
    fields.requireNoOthers();
    if (credits < 1) {
      throw fields.invalid("credits", "at least 1", credits);
    }
    return credits;
  }
}
