package io.troupe.streams.flight.rows;

import io.troupe.rollout.service.LogProbs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of streams of tokens. */
public final class TokenSchema {
  /** Index of the prompt in its request, from 0. */
  public static final String REQUEST = "request";

  /** Index of the completion of its prompt, from 0. */
  public static final String SAMPLE = "sample";

  /** Index of the token in its completion, from 0; in the last row, the number of tokens. */
  public static final String POSITION = "position";

  /** The token; null in the last row. */
  public static final String TOKEN_ID = "token_id";

  /** The text that the token completes; null in the last row, except for a beam search. */
  public static final String TEXT = "text";

  /** The log-probability of the token in nats; null in the last row. */
  public static final String LOG_PROB = "log_prob";

  /** The version of the weights that selected the token; null in the last row. */
  public static final String POLICY_VERSION = "policy_version";

  /** Why the completion ended, in its last row; null before. */
  public static final String FINISH_REASON = "finish_reason";

  /** The most likely tokens at the position, best first; only if a command asks for them. */
  public static final String TOP_TOKEN_IDS = "top_token_ids";

  /** The log-probabilities of {@link #TOP_TOKEN_IDS} in nats. */
  public static final String TOP_LOG_PROBS = "top_log_probs";

  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType FLOAT32 =
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType UTF8 = new ArrowType.Utf8();

  private static final List<Field> FIELDS =
      List.of(
          required(REQUEST, INT32),
          required(SAMPLE, INT32),
          required(POSITION, INT32),
          Field.nullable(TOKEN_ID, INT32),
          Field.nullable(TEXT, UTF8),
          Field.nullable(LOG_PROB, FLOAT32),
          Field.nullable(POLICY_VERSION, INT64),
          Field.nullable(FINISH_REASON, UTF8));

  private TokenSchema() {}

  /**
   * The columns, with metadata.
   *
   * @param logProbs whether rows have the most likely tokens
   */
  public static Schema of(LogProbs logProbs, Map<String, String> metadata) {
    List<Field> fields = new ArrayList<>(FIELDS);
    if (logProbs.completion().isPresent()) {
      fields.add(list(TOP_TOKEN_IDS, INT32));
      fields.add(list(TOP_LOG_PROBS, FLOAT32));
    }
    return new Schema(fields, metadata);
  }

  private static Field list(String name, ArrowType items) {
    return new Field(
        name, FieldType.nullable(new ArrowType.List()), List.of(required("item", items)));
  }

  private static Field required(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }
}
