package io.troupe.training.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads and writes the state of a run, a record, as JSON. Reading is strict: every key must be
 * present, and unknown keys are errors, because a run with a partial state would not end with the
 * same weights. Numbers are restored bit for bit, as each is written with the digits that identify
 * it.
 *
 * <p>A record that gets another key therefore is another format: the new one has another file name,
 * and the previous one is still read.
 */
public final class StateFile {
  /** The largest file that is written or read: about ten million sampled tokens. */
  private static final long MAX_BYTES = 1L << 30;

  private final JsonMapper mapper;

  /**
   * A format.
   *
   * @param annotations classes with Jackson annotations, by the type that they describe
   */
  public StateFile(Map<Class<?>, Class<?>> annotations) {
    JsonMapper.Builder builder = builder();
    annotations.forEach(builder::addMixIn);
    mapper = builder.build();
  }

  private static JsonMapper.Builder builder() {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxDocumentLength(MAX_BYTES)
                        .maxNestingDepth(32)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS, MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * Writes a state and forces it to the disk.
   *
   * @throws IOException if it is too large or cannot be written
   */
  public void write(Path file, Object state) throws IOException {
    byte[] json = mapper.writeValueAsBytes(state);
    if (json.length > MAX_BYTES) {
      throw new IOException(
          "%s must have at most %d bytes, got %d".formatted(file, MAX_BYTES, json.length));
    }
    DurableFiles.write(file, json);
  }

  /**
   * Reads a state.
   *
   * @throws CheckpointFormatException naming the file and the key, if it does not contain a state
   */
  public <T> T read(Path file, Class<T> type) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointFormatException("file " + file + " must exist");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new CheckpointFormatException(
          "%s must have at most %d bytes, got %d".formatted(file, MAX_BYTES, Files.size(file)));
    }
    try {
      return mapper.readValue(file.toFile(), type);
    } catch (JsonProcessingException e) {
      throw new CheckpointFormatException(file + " is not the state of a run: " + reason(e), e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String key = e instanceof JsonMappingException mapping ? key(mapping) : "";
    String reason =
        e instanceof ValueInstantiationException && e.getCause() != null
            ? e.getCause().getMessage()
            : e.getOriginalMessage();
    return key
        + (reason.startsWith("Missing creator property")
            ? "is missing"
            : reason.lines().findFirst().orElse("no reason given"));
  }

  private static String key(JsonMappingException e) {
    StringBuilder key = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        key.append('[').append(step.getIndex()).append(']');
      } else {
        key.append(key.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return key.isEmpty() ? "" : key + ": ";
  }
}
