package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.CodecException;
import io.troupe.log.codec.GroupCodec;
import io.troupe.log.replication.ReplicationCodec;
import io.troupe.training.shard.ShardRange;
import java.nio.ByteBuffer;

/** Encodes bulk messages in two parts: a head of ids and numbers, and a body. */
public final class BulkCodec {
  private BulkCodec() {}

  /** The head of a message. */
  public static byte[] head(BulkMessage message) {
    ByteWriter out = new ByteWriter();
    switch (message) {
      case BulkMessage.Sampled(long epoch, int attempt, var _, var sampledBy) -> {
        out.writeLong(epoch);
        out.writeInt(attempt);
        write(out, sampledBy);
      }
      case BulkMessage.Scored(long epoch, int attempt, var _, var sampledBy, var scoredBy) -> {
        out.writeLong(epoch);
        out.writeInt(attempt);
        write(out, sampledBy);
        write(out, scoredBy);
      }
      case BulkMessage.Records(long epoch, var _) -> out.writeLong(epoch);
      case BulkMessage.ShardGradient gradient -> {
        out.writeLong(gradient.step());
        out.writeInt(gradient.iteration());
        out.writeLong(gradient.baseChecksum());
        out.writeInt(gradient.shards().first());
        out.writeInt(gradient.shards().count());
        out.writeInt(gradient.part());
        out.writeInt(gradient.numParts());
      }
      case BulkMessage.WeightsVersion(long version, long checksum, var _) -> {
        out.writeLong(version);
        out.writeLong(checksum);
      }
      case BulkMessage.TrainingState(long step, long checksum, long nextRecord, var _) -> {
        out.writeLong(step);
        out.writeLong(checksum);
        out.writeLong(nextRecord);
      }
    }
    return out.toBytes();
  }

  /** The body of a message. */
  public static Payload body(BulkMessage message) {
    return switch (message) {
      case BulkMessage.Sampled sampled -> Payload.of(GroupCodec.encode(sampled.group()));
      case BulkMessage.Scored scored -> Payload.of(GroupCodec.encode(scored.group()));
      case BulkMessage.Records records -> {
        ByteWriter out = new ByteWriter();
        ReplicationCodec.write(out, records.entries());
        yield Payload.of(out.toBytes());
      }
      case BulkMessage.ShardGradient gradient -> gradient.data();
      case BulkMessage.WeightsVersion weights -> weights.data();
      case BulkMessage.TrainingState state -> state.data();
    };
  }

  /**
   * Decodes a message.
   *
   * @throws CodecException if it is not the encoding of one
   */
  public static BulkMessage decode(BulkKind kind, byte[] head, Payload body) {
    return ByteReader.decode("head of a bulk message", head, in -> read(kind, in, body));
  }

  private static BulkMessage read(BulkKind kind, ByteReader in, Payload body) {
    return switch (kind) {
      case SAMPLED ->
          new BulkMessage.Sampled(
              in.readLong(), in.readInt(), GroupCodec.decodeSampled(bytes(body)), node(in));
      case SCORED ->
          new BulkMessage.Scored(
              in.readLong(),
              in.readInt(),
              GroupCodec.decodeScored(bytes(body)),
              node(in),
              node(in));
      case RECORDS ->
          new BulkMessage.Records(
              in.readLong(),
              ByteReader.decode("records", bytes(body), ReplicationCodec::readEntries));
      case SHARD_GRADIENT ->
          new BulkMessage.ShardGradient(
              in.readLong(),
              in.readInt(),
              in.readLong(),
              new ShardRange(in.readInt(), in.readInt()),
              in.readInt(),
              in.readInt(),
              body);
      case WEIGHTS -> new BulkMessage.WeightsVersion(in.readLong(), in.readLong(), body);
      case TRAINING_STATE ->
          new BulkMessage.TrainingState(in.readLong(), in.readLong(), in.readLong(), body);
    };
  }

  private static void write(ByteWriter out, NodeId node) {
    out.writeText(node.name());
    out.writeLong(node.incarnation());
  }

  private static NodeId node(ByteReader in) {
    return new NodeId(in.readText(), in.readLong());
  }

  /** A copy of a payload in one piece. */
  public static byte[] bytes(Payload payload) {
    byte[] bytes = new byte[Math.toIntExact(payload.sizeBytes())];
    ByteBuffer all = ByteBuffer.wrap(bytes);
    payload.parts().forEach(all::put);
    return bytes;
  }
}
