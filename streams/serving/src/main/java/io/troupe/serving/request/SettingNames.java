package io.troupe.serving.request;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of settings in the decoder's messages, and of the fields that set them in requests: a
 * client reads {@code min_tokens must be <= max_tokens=2}, not the names of the command line.
 */
public final class SettingNames {
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("eos-token-id", "ignore_eos"),
          Map.entry("frequency-penalty", "frequency_penalty"),
          Map.entry("json-object", "response_format"),
          Map.entry("json-schema", "response_format"),
          Map.entry("length-penalty", "length_penalty"),
          Map.entry("logit-bias", "logit_bias"),
          Map.entry("logprobs", "logprobs"),
          Map.entry("max-new-tokens", "max_tokens"),
          Map.entry("min-new-tokens", "min_tokens"),
          Map.entry("min-p", "min_p"),
          Map.entry("num-beams", "n"),
          Map.entry("num-return-sequences", "n"),
          Map.entry("presence-penalty", "presence_penalty"),
          Map.entry("prompt", "prompt"),
          Map.entry("prompt-logprobs", "prompt_logprobs"),
          Map.entry("regex", "structured_outputs"),
          Map.entry("repetition-penalty", "repetition_penalty"),
          Map.entry("stop-strings", "stop"),
          Map.entry("stop-token-ids", "stop_token_ids"),
          Map.entry("temperature", "temperature"),
          Map.entry("top-k", "top_k"),
          Map.entry("top-p", "top_p"));

  /** A name at the start of a message, or one with a hyphen anywhere. */
  private static final Pattern NAME = Pattern.compile("^[a-z]+\\b(?!-)|[a-z]+(?:-[a-z]+)+");

  /** Advice that names an option of the command line, which a client does not have. */
  private static final Pattern ADVICE = Pattern.compile("; [^;]*--[a-z].*$");

  private SettingNames() {}

  /**
   * The error of a setting as the error of a field.
   *
   * @param e of the decoder or the settings: {@code min-new-tokens must be ...}
   * @return an {@link InvalidFieldException} if the message begins with the name of a setting,
   *     otherwise {@code e}
   */
  public static IllegalArgumentException inFields(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    Optional<String> field = first(message);
    if (e instanceof InvalidFieldException || field.isEmpty()) {
      return e;
    }
    String inFields =
        NAME.matcher(ADVICE.matcher(message).replaceFirst(""))
            .replaceAll(
                name -> Matcher.quoteReplacement(FIELDS.getOrDefault(name.group(), name.group())));
    InvalidFieldException invalid = new InvalidFieldException(field.get(), inFields);
    invalid.initCause(e);
    return invalid;
  }

  private static Optional<String> first(String message) {
    Matcher matcher = NAME.matcher(message);
    return matcher.lookingAt()
        ? Optional.ofNullable(FIELDS.get(matcher.group()))
        : Optional.empty();
  }
}
