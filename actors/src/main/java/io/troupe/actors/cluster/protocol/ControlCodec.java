package io.troupe.actors.cluster.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.troupe.actors.cluster.protocol.ControlDecoding.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Encodes control messages in CBOR (RFC 8949). Decoding accepts only the known types with all of
 * their fields, in range, and no other ones. It allocates no more than a small multiple of the
 * input. Thread-safe.
 */
public final class ControlCodec {
  /** Maximum size of an encoded message in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 8;

  private final ObjectWriter writer;
  private final ObjectReader reader;

  /** A codec. */
  public ControlCodec() {
    CBORMapper mapper = new CBORMapper(factory());
    writer = mapper.writerFor(ControlMessage.class);
    reader =
        mapper
            .readerFor(ControlMessage.class)
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
  }

  private static CBORFactory factory() {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxDocumentLength(MAX_BYTES)
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(Bounds.MAX_TEXT)
            .maxNameLength(Bounds.MAX_METRIC_NAME)
            .maxNumberLength(32)
            .build();
    return CBORFactory.builder()
        .streamReadConstraints(constraints)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // names come from anywhere
        .build();
  }

  /**
   * Encodes a message.
   *
   * @throws IllegalArgumentException if it exceeds {@link #MAX_BYTES}
   */
  public byte[] encode(ControlMessage message) {
    byte[] bytes;
    try {
      bytes = writer.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // records of plain values can always be written
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "%s must have at most %d bytes, got %d"
              .formatted(message.getClass().getSimpleName(), MAX_BYTES, bytes.length));
    }
    return bytes;
  }

  /** Decodes bytes from another node: a message, or the reason for its rejection. */
  public ControlDecoding decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return new Rejected(
          Rejection.TOO_LARGE,
          "message must have at most %d bytes, got %d".formatted(MAX_BYTES, bytes.length));
    }
    try {
      ControlMessage message = reader.readValue(bytes);
      return message == null
          ? new Rejected(Rejection.MALFORMED, "message must be an object, got null")
          : new ControlDecoding.Decoded(message);
    } catch (IOException e) {
      return new Rejected(kind(e), firstLine(e));
    } catch (NullPointerException e) { // Jackson 2.22 looks up the name of a type that is null
      return new Rejected(Rejection.UNKNOWN_TYPE, "type of a message must be a text, got null");
    }
  }

  private static Rejection kind(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StreamConstraintsException) {
        return Rejection.TOO_LARGE;
      }
    }
    return switch (e) {
      case InvalidTypeIdException _ -> Rejection.UNKNOWN_TYPE;
      case ValueInstantiationException _ -> Rejection.OUT_OF_RANGE;
      default -> Rejection.MALFORMED;
    };
  }

  private static String firstLine(IOException e) {
    String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : null;
    String text = message == null ? e.toString() : message;
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return line.length() > 200 ? line.substring(0, 200) : line;
  }
}
