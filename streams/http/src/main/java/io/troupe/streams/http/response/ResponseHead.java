package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.model.Weights;
import java.io.IOException;
import java.time.Instant;

/**
 * The fields that begin every response and every chunk of a stream.
 *
 * @param id of the request
 * @param createdSeconds time of the request in seconds since 1970
 * @param model name of the model
 * @param systemFingerprint version and checksum of the weights at the time of the request
 */
public record ResponseHead(String id, long createdSeconds, String model, String systemFingerprint) {
  /** The head of a response to a request that arrives now. */
  public static ResponseHead of(String id, ServedModel model) {
    Weights weights = model.weights();
    return new ResponseHead(
        id,
        Instant.now().getEpochSecond(),
        model.name(),
        "v" + weights.version() + "-" + weights.shortChecksum());
  }

  void write(JsonGenerator json, String object) throws IOException {
    json.writeStringField("id", id);
    json.writeStringField("object", object);
    json.writeNumberField("created", createdSeconds);
    json.writeStringField("model", model);
    json.writeStringField("system_fingerprint", systemFingerprint);
  }
}
