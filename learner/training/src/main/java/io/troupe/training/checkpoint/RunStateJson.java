package io.troupe.training.checkpoint;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
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
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The state of a run as JSON, such as a {@link RunState}. Every key must be there, and no other;
 * numbers come back bit for bit, as each is written with the digits that single it out.
 */
final class RunStateJson {
  /** The largest file that is written or read: some ten million sampled tokens. */
  static final long MAX_BYTES = 1L << 30;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
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
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addMixIn(FinishReason.class, FinishReasonNames.class)
          .addMixIn(Score.class, ScoreNames.class)
          .build();

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = FinishReason.EndOfText.class, name = "end-of-text"),
    @JsonSubTypes.Type(value = FinishReason.StopString.class, name = "stop-string"),
    @JsonSubTypes.Type(value = FinishReason.LengthLimit.class, name = "length"),
    @JsonSubTypes.Type(value = FinishReason.Cancelled.class, name = "cancelled")
  })
  private interface FinishReasonNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Score.Scored.class, name = "scored"),
    @JsonSubTypes.Type(value = Score.Unscorable.class, name = "unscorable")
  })
  private interface ScoreNames {}

  private RunStateJson() {}

  static <T> void write(Path file, T state) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(state);
    if (json.length > MAX_BYTES) {
      throw new IOException(
          "the open groups take "
              + json.length
              + " bytes, more than the "
              + MAX_BYTES
              + " allowed");
    }
    DurableFiles.write(file, json);
  }

  /**
   * Reads a state.
   *
   * @throws CheckpointFormatException naming the file and the place in it, if it is not one
   */
  static <T> T read(Path file, Class<T> type) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new CheckpointFormatException(
          file + " has " + Files.size(file) + " bytes: at most " + MAX_BYTES + " are read");
    }
    try {
      return MAPPER.readValue(file.toFile(), type);
    } catch (JsonProcessingException e) {
      throw new CheckpointFormatException(file + " is not the state of a run: " + why(e), e);
    }
  }

  private static String why(JsonProcessingException e) {
    String place = e instanceof JsonMappingException mapping ? place(mapping) : "";
    String reason =
        e instanceof ValueInstantiationException && e.getCause() != null
            ? e.getCause().getMessage()
            : e.getOriginalMessage();
    return place
        + (reason.startsWith("Missing creator property")
            ? "is missing"
            : reason.lines().findFirst().orElse("no reason given"));
  }

  private static String place(JsonMappingException e) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return place.isEmpty() ? "" : place + ": ";
  }
}
