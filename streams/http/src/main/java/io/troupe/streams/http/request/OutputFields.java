package io.troupe.streams.http.request;

import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.request.JsonFields;
import java.util.OptionalInt;

/**
 * What a response contains.
 *
 * @param isStream whether tokens are sent as they are decoded
 * @param includesUsage whether a stream ends with the numbers of tokens
 * @param echo whether the text begins with the prompt
 * @param logProbs number of alternatives beside each token of the completion; empty if the response
 *     has no log-probabilities
 * @param promptLogProbs number of alternatives beside each token of the prompt
 * @param returnsTokenIds whether the response has token ids and policy versions
 */
public record OutputFields(
    boolean isStream,
    boolean includesUsage,
    boolean echo,
    OptionalInt logProbs,
    OptionalInt promptLogProbs,
    boolean returnsTokenIds) {

  /** Reads the fields of {@code /v1/completions}. */
  static OutputFields ofCompletion(JsonFields fields) {
    OptionalInt logProbs = fields.integer("logprobs", 0, LogProbs.MAX_ALTERNATIVES);
    return read(fields, fields.flag("echo").orElse(false), logProbs);
  }

  /** Reads the fields of {@code /v1/chat/completions}. */
  static OutputFields ofChat(JsonFields fields) {
    boolean wanted = fields.flag("logprobs").orElse(false);
    OptionalInt top = fields.integer("top_logprobs", 0, LogProbs.MAX_ALTERNATIVES);
    if (top.isPresent() && !wanted) {
      throw fields.invalid("top_logprobs", "absent unless logprobs is true", top.getAsInt());
    }
    return read(fields, false, wanted ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty());
  }

  private static OutputFields read(JsonFields fields, boolean echo, OptionalInt logProbs) {
    boolean isStream = fields.flag("stream").orElse(false);
    OptionalInt promptLogProbs = fields.integer("prompt_logprobs", 0, LogProbs.MAX_ALTERNATIVES);
    if (promptLogProbs.isPresent() && isStream) {
      throw fields.invalid(
          "prompt_logprobs", "absent if stream is true", promptLogProbs.getAsInt());
    }
    return new OutputFields(
        isStream,
        includesUsage(fields, isStream),
        echo,
        logProbs,
        promptLogProbs,
        fields.flag("return_token_ids").orElse(false));
  }

  private static boolean includesUsage(JsonFields fields, boolean isStream) {
    return fields
        .object("stream_options")
        .map(
            options -> {
              if (!isStream) {
                throw fields.invalid("stream_options", "absent unless stream is true", "an object");
              }
              boolean includesUsage = options.flag("include_usage").orElse(false);
              options.requireNoOthers();
              return includesUsage;
            })
        .orElse(false);
  }

  /**
   * The log-probabilities that the decoder computes for the response.
   *
   * @param withCompletion whether tokens are decoded
   */
  LogProbs decoded(boolean withCompletion) {
    OptionalInt ofEcho = echo ? logProbs : OptionalInt.empty();
    OptionalInt prompt =
        ofEcho.isPresent() && promptLogProbs.isPresent()
            ? OptionalInt.of(Math.max(ofEcho.getAsInt(), promptLogProbs.getAsInt()))
            : ofEcho.isPresent() ? ofEcho : promptLogProbs;
    return new LogProbs(withCompletion ? logProbs : OptionalInt.empty(), prompt);
  }
}
