package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.streams.link.message.Kind;
import java.time.Duration;

/** The kinds of bulk messages on the wire. */
enum BulkKind {
  SAMPLED(1, 64L << 20, Duration.ofSeconds(5)),
  SCORED(2, 64L << 20, Duration.ofSeconds(5)),
  RECORDS(3, 256L << 20, Duration.ofSeconds(5)),
  SHARD_GRADIENT(4, 64L << 30, Duration.ofSeconds(60)),
  WEIGHTS(5, 64L << 30, Duration.ofSeconds(60)),
  TRAINING_STATE(6, 256L << 30, Duration.ofSeconds(300));

  private final Kind kind;
  private final long maxBytes;
  private final Duration deadline;

  BulkKind(int code, long maxBytes, Duration deadline) {
    this.kind = new Kind(code, name().toLowerCase(java.util.Locale.ROOT));
    this.maxBytes = maxBytes;
    this.deadline = deadline;
  }

  /** The kind on the wire. */
  Kind kind() {
    return kind;
  }

  /** Maximum size of a body. */
  long maxBytes() {
    return maxBytes;
  }

  /** Time in which a message must be sent. */
  Duration deadline() {
    return deadline;
  }

  static BulkKind of(BulkMessage message) {
    return switch (message) {
      case BulkMessage.Sampled _ -> SAMPLED;
      case BulkMessage.Scored _ -> SCORED;
      case BulkMessage.Records _ -> RECORDS;
      case BulkMessage.ShardGradient _ -> SHARD_GRADIENT;
      case BulkMessage.WeightsVersion _ -> WEIGHTS;
      case BulkMessage.TrainingState _ -> TRAINING_STATE;
    };
  }
}
