package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.GroupCodec;
import io.troupe.log.replication.ReplicationCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.training.shard.ShardRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The layout of bulk messages: attributes, which name the role that receives the message and its
 * numbers, and a body.
 */
final class BulkAttributes {
  private static final int MAX_BYTES = 512;

  private BulkAttributes() {}

  /** The attributes of a message to a role. */
  static byte[] encode(Role to, BulkMessage message) {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES).put((byte) to.ordinal());
    switch (message) {
      case BulkMessage.Sampled sampled -> {
        out.putLong(sampled.epoch()).putInt(sampled.attempt());
        put(out, sampled.sampledBy());
      }
      case BulkMessage.Scored scored -> {
        out.putLong(scored.epoch()).putInt(scored.attempt());
        put(out, scored.sampledBy());
        put(out, scored.scoredBy());
      }
      case BulkMessage.Records records -> out.putLong(records.epoch());
      case BulkMessage.ShardGradient gradient -> {
        out.putLong(gradient.step()).putInt(gradient.iteration());
        out.putLong(gradient.baseChecksum());
        out.putInt(gradient.shards().first()).putInt(gradient.shards().count());
        out.putInt(gradient.part()).putInt(gradient.numParts());
      }
      case BulkMessage.WeightsVersion weights -> {
        out.putLong(weights.version()).putLong(weights.checksum());
      }
      case BulkMessage.TrainingState state -> {
        out.putLong(state.step()).putLong(state.checksum()).putLong(state.nextRecord());
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, NodeId node) {
    byte[] name = node.name().getBytes(StandardCharsets.US_ASCII);
    out.put((byte) name.length).put(name).putLong(node.incarnation());
  }

  private static NodeId node(ByteBuffer in) {
    byte[] name = new byte[Byte.toUnsignedInt(in.get())];
    in.get(name);
    return new NodeId(new String(name, StandardCharsets.US_ASCII), in.getLong());
  }

  /** The body of a message. */
  static Payload body(BulkMessage message) {
    return switch (message) {
      case BulkMessage.Sampled sampled -> Payload.of(GroupCodec.encode(sampled.group()));
      case BulkMessage.Scored scored -> Payload.of(GroupCodec.encode(scored.group()));
      case BulkMessage.Records records -> entries(records.entries());
      case BulkMessage.ShardGradient gradient -> gradient.data();
      case BulkMessage.WeightsVersion weights -> weights.data();
      case BulkMessage.TrainingState state -> state.data();
    };
  }

  private static Payload entries(List<LogEntry> entries) {
    ByteWriter out = new ByteWriter();
    ReplicationCodec.write(out, entries);
    return Payload.of(out.toBytes());
  }

  /** A received message and the role that it is for. */
  record Received(Role to, BulkMessage message) {}

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  static Received decode(BulkKind kind, byte[] attributes, Payload body) {
    ByteBuffer in = ByteBuffer.wrap(attributes);
    try {
      Role to = role(in.get());
      BulkMessage message =
          switch (kind) {
            case SAMPLED -> {
              long epoch = in.getLong();
              int attempt = in.getInt();
              yield new BulkMessage.Sampled(
                  epoch, attempt, GroupCodec.decodeSampled(array(body)), node(in));
            }
            case SCORED -> {
              long epoch = in.getLong();
              int attempt = in.getInt();
              yield new BulkMessage.Scored(
                  epoch, attempt, GroupCodec.decodeScored(array(body)), node(in), node(in));
            }
            case RECORDS ->
                new BulkMessage.Records(
                    in.getLong(),
                    ByteReader.decode("records", array(body), ReplicationCodec::readEntries));
            case SHARD_GRADIENT ->
                new BulkMessage.ShardGradient(
                    in.getLong(),
                    in.getInt(),
                    in.getLong(),
                    new ShardRange(in.getInt(), in.getInt()),
                    in.getInt(),
                    in.getInt(),
                    body);
            case WEIGHTS -> new BulkMessage.WeightsVersion(in.getLong(), in.getLong(), body);
            case TRAINING_STATE ->
                new BulkMessage.TrainingState(in.getLong(), in.getLong(), in.getLong(), body);
          };
      return new Received(to, message);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(kind + " must have all of its attributes, got too few", e);
    }
  }

  private static Role role(byte ordinal) {
    if (ordinal < 0 || ordinal >= Role.values().length) {
      throw new IllegalArgumentException("the role of a message must exist, got " + ordinal);
    }
    return Role.values()[ordinal];
  }

  private static byte[] array(Payload body) {
    byte[] bytes = new byte[Math.toIntExact(body.sizeBytes())];
    int at = 0;
    for (ByteBuffer part : body.parts()) {
      int length = part.remaining();
      part.get(bytes, at, length);
      at += length;
    }
    return bytes;
  }
}
