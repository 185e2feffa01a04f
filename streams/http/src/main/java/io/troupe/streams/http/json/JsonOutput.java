package io.troupe.streams.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * Writes JSON values and plain text, one after the other, into an array that is reused. Not
 * thread-safe.
 */
public final class JsonOutput {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .configure(JsonWriteFeature.WRITE_NAN_AS_STRINGS, true)
          .build()
          .setRootValueSeparator(null);

  /** Smallest log-probability in a response: JSON has no infinity (vLLM's value). */
  private static final float LOWEST_LOG_PROB = -9999;

  private final Bytes bytes = new Bytes();
  private final JsonGenerator json;

  /** An array whose content becomes an immutable string of bytes. */
  private static final class Bytes extends ByteArrayOutputStream {
    Bytes() {
      super(1024);
    }

    ByteString copy() {
      return ByteString.fromArray(buf, 0, count);
    }
  }

  /** Writes a part of a response. */
  @FunctionalInterface
  public interface Part {
    /** Writes one value. */
    void write(JsonGenerator json) throws IOException;
  }

  /** An empty output. */
  public JsonOutput() {
    try {
      json = JSON.createGenerator(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One JSON value. */
  public static ByteString of(Part part) {
    JsonOutput output = new JsonOutput();
    output.value(part);
    return output.take();
  }

  /** Adds a JSON value. */
  public void value(Part part) {
    try {
      part.write(json);
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory has no I/O errors: the value is malformed
    }
  }

  /** Adds a server-sent event whose data is a JSON value. */
  public void event(Part part) {
    ascii("data: ");
    value(part);
    ascii("\n\n");
  }

  /** Adds plain text of ASCII characters. */
  public void ascii(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The number of bytes that have been written since the last {@link #take}. */
  public int size() {
    return bytes.size();
  }

  /** Returns the bytes and starts again with none. */
  public ByteString take() {
    ByteString taken = bytes.copy();
    bytes.reset();
    return taken;
  }

  /** Writes a log-probability; {@code null} for one that does not exist (NaN). */
  public static void logProb(JsonGenerator json, float logProb) throws IOException {
    if (Float.isNaN(logProb)) {
      json.writeNull();
    } else {
      json.writeNumber(Math.max(logProb, LOWEST_LOG_PROB));
    }
  }
}
