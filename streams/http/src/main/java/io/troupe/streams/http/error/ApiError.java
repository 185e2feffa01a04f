package io.troupe.streams.http.error;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.serving.access.Scope;
import io.troupe.streams.http.json.JsonOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * An error of a request.
 *
 * @param status HTTP status
 * @param message for people
 * @param type OpenAI's class of errors, such as {@code invalid_request_error}
 * @param param the field that is wrong, if it is one
 * @param code for programs, such as {@code model_not_found}
 * @param retryAfter time after which the request may succeed
 */
public record ApiError(
    int status,
    String message,
    String type,
    Optional<String> param,
    Optional<String> code,
    Optional<Duration> retryAfter) {
  private static final String INVALID_REQUEST = "invalid_request_error";

  private ApiError(int status, String message, String type, String code) {
    this(status, message, type, Optional.empty(), Optional.of(code), Optional.empty());
  }

  /** A field has a value that is not accepted. */
  public static ApiError invalidField(String field, String message) {
    return new ApiError(
        400, message, INVALID_REQUEST, Optional.of(field), Optional.empty(), Optional.empty());
  }

  /** A request that is wrong as a whole. */
  public static ApiError invalidRequest(int status, String message) {
    return new ApiError(
        status, message, INVALID_REQUEST, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The key is missing or unknown. */
  public static ApiError unauthorized() {
    return new ApiError(
        401,
        "the Authorization header must be 'Bearer KEY' with a valid API key, got another value",
        "authentication_error",
        "invalid_api_key");
  }

  /** The certificate of the client has expired since it connected. */
  public static ApiError expiredCertificate() {
    return new ApiError(
        401,
        "the certificate of the client must be valid at this time, got another",
        "authentication_error",
        "invalid_certificate");
  }

  /** The key does not allow what the request does. */
  public static ApiError forbidden(Scope needed) {
    return new ApiError(
        403,
        "the API key must have the scope '"
            + needed.name().toLowerCase(Locale.ROOT)
            + "' for this request, got another key",
        "permission_error",
        "insufficient_scope");
  }

  /** No route has this path. */
  public static ApiError notFound(String path) {
    return new ApiError(
        404,
        "the path must be one of this API, got " + shortened(path),
        INVALID_REQUEST,
        "not_found");
  }

  /** The model has another name. */
  public static ApiError modelNotFound(String served, String requested) {
    return new ApiError(
        404,
        "model must be " + served + ", got " + shortened(requested),
        INVALID_REQUEST,
        Optional.of("model"),
        Optional.of("model_not_found"),
        Optional.empty());
  }

  /** The path exists, for another method. */
  public static ApiError methodNotAllowed(String allowed, String method) {
    return new ApiError(
        405,
        "the method must be " + allowed + ", got " + method,
        INVALID_REQUEST,
        "method_not_allowed");
  }

  /** Too many requests. */
  public static ApiError busy(String message, Duration retryAfter) {
    return new ApiError(
        429,
        message,
        "rate_limit_error",
        Optional.empty(),
        Optional.of("rate_limit_exceeded"),
        Optional.of(retryAfter));
  }

  /** The endpoint is starting or stopping. */
  public static ApiError unavailable(String message, Duration retryAfter) {
    return new ApiError(
        503,
        message,
        "service_unavailable",
        Optional.empty(),
        Optional.of("service_unavailable"),
        Optional.of(retryAfter));
  }

  /** The deadline of the request has passed. */
  public static ApiError timeout(String message) {
    return new ApiError(504, message, "timeout_error", "timeout");
  }

  /** A fault of this program, whose details are in its log. */
  public static ApiError internal(String requestId) {
    return new ApiError(
        500,
        "the request failed inside the server; its log has the details under " + requestId,
        "server_error",
        "internal_error");
  }

  /** Writes the object {@code {"error": ...}}. */
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", message);
    json.writeStringField("type", type);
    json.writeFieldName("param");
    writeOptional(json, param);
    json.writeFieldName("code");
    writeOptional(json, code);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, Optional<String> text) throws IOException {
    if (text.isPresent()) {
      json.writeString(text.get());
    } else {
      json.writeNull();
    }
  }

  /** The response. */
  public HttpResponse response() {
    HttpResponse response =
        HttpResponse.create()
            .withStatus(status)
            .withEntity(
                HttpEntities.create(ContentTypes.APPLICATION_JSON, JsonOutput.of(this::write)));
    return retryAfter
        .map(time -> response.addHeader(RawHeader.create("Retry-After", seconds(time))))
        .map(HttpResponse.class::cast)
        .orElse(response);
  }

  /** Rounded up: a client that waits must not come too early. */
  private static String seconds(Duration time) {
    return Long.toString(Math.max(1, time.plusNanos(999_999_999).toSeconds()));
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
