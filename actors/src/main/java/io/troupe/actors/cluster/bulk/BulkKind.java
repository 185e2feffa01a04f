package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.streams.link.message.Kind;
import java.time.Duration;
import java.util.Locale;

/** The kinds of bulk messages on the wire. */
public enum BulkKind {
  /** Samples of a group. */
  SAMPLED(1, Role.REWARD, 64L << 20, Duration.ofSeconds(5)),
  /** Scores of a group. */
  SCORED(2, Role.COORDINATOR, 64L << 20, Duration.ofSeconds(5)),
  /** Records of the log. */
  RECORDS(3, Role.LEARNER, 256L << 20, Duration.ofSeconds(5)),
  /** A sum of gradient shards. */
  SHARD_GRADIENT(4, Role.LEARNER, 64L << 30, Duration.ofSeconds(60)),
  /** A version of the weights. */
  WEIGHTS(5, Role.ROLLOUT, 64L << 30, Duration.ofSeconds(60)),
  /** The state of a learner. */
  TRAINING_STATE(6, Role.LEARNER, 256L << 30, Duration.ofSeconds(300));

  private final Kind kind;
  private final Role receiver;
  private final long maxBytes;
  private final Duration deadline;

  BulkKind(int code, Role receiver, long maxBytes, Duration deadline) {
    this.kind = new Kind(code, name().toLowerCase(Locale.ROOT));
    this.receiver = receiver;
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

  /** The role that handles such messages. */
  Role receiver() {
    return receiver;
  }

  /** The kind of a message. */
  public static BulkKind of(BulkMessage message) {
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
