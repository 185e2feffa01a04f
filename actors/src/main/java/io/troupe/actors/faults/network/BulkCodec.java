package io.troupe.actors.faults.network;

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

/** Encodes bulk content as one frame; groups have the format of the log. */
public final class BulkCodec {
  private static final int SAMPLED = 0;
  private static final int SCORED = 1;
  private static final int RECORDS = 2;
  private static final int GRADIENT = 3;
  private static final int WEIGHTS = 4;
  private static final int STATE = 5;

  private BulkCodec() {}

  /** Encodes a message. */
  public static byte[] encode(BulkMessage message) {
    ByteWriter out = new ByteWriter();
    switch (message) {
      case BulkMessage.Sampled(long epoch, int attempt, var group, var sampledBy) -> {
        out.writeByte(SAMPLED);
        out.writeLong(epoch);
        out.writeInt(attempt);
        GroupCodec.write(out, group);
        write(out, sampledBy);
      }
      case BulkMessage.Scored(long epoch, int attempt, var group, var sampledBy, var scoredBy) -> {
        out.writeByte(SCORED);
        out.writeLong(epoch);
        out.writeInt(attempt);
        GroupCodec.write(out, group);
        write(out, sampledBy);
        write(out, scoredBy);
      }
      case BulkMessage.Records(long epoch, var entries) -> {
        out.writeByte(RECORDS);
        out.writeLong(epoch);
        ReplicationCodec.write(out, entries);
      }
      case BulkMessage.ShardGradient gradient -> {
        out.writeByte(GRADIENT);
        out.writeLong(gradient.step());
        out.writeInt(gradient.iteration());
        out.writeLong(gradient.baseChecksum());
        out.writeInt(gradient.shards().first());
        out.writeInt(gradient.shards().count());
        out.writeInt(gradient.part());
        out.writeInt(gradient.numParts());
        write(out, gradient.data());
      }
      case BulkMessage.WeightsVersion(long version, long checksum, var data) -> {
        out.writeByte(WEIGHTS);
        out.writeLong(version);
        out.writeLong(checksum);
        write(out, data);
      }
      case BulkMessage.TrainingState(long step, long checksum, long nextRecord, var data) -> {
        out.writeByte(STATE);
        out.writeLong(step);
        out.writeLong(checksum);
        out.writeLong(nextRecord);
        write(out, data);
      }
    }
    return out.toBytes();
  }

  /**
   * Decodes a frame.
   *
   * @throws CodecException if it is not the encoding of a message
   */
  public static BulkMessage decode(byte[] frame) {
    return ByteReader.decode("bulk message", frame, BulkCodec::read);
  }

  private static BulkMessage read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case SAMPLED ->
          new BulkMessage.Sampled(
              in.readLong(), in.readInt(), GroupCodec.readSampled(in), node(in));
      case SCORED ->
          new BulkMessage.Scored(
              in.readLong(), in.readInt(), GroupCodec.readScored(in), node(in), node(in));
      case RECORDS -> new BulkMessage.Records(in.readLong(), ReplicationCodec.readEntries(in));
      case GRADIENT ->
          new BulkMessage.ShardGradient(
              in.readLong(),
              in.readInt(),
              in.readLong(),
              new ShardRange(in.readInt(), in.readInt()),
              in.readInt(),
              in.readInt(),
              Payload.of(in.readBytes()));
      case WEIGHTS ->
          new BulkMessage.WeightsVersion(in.readLong(), in.readLong(), Payload.of(in.readBytes()));
      case STATE ->
          new BulkMessage.TrainingState(
              in.readLong(), in.readLong(), in.readLong(), Payload.of(in.readBytes()));
      default -> throw new CodecException("message must be of kind 0 to 5, got " + kind);
    };
  }

  private static void write(ByteWriter out, NodeId node) {
    out.writeText(node.name());
    out.writeLong(node.incarnation());
  }

  private static NodeId node(ByteReader in) {
    return new NodeId(in.readText(), in.readLong());
  }

  private static void write(ByteWriter out, Payload payload) {
    byte[] bytes = new byte[Math.toIntExact(payload.sizeBytes())];
    ByteBuffer all = ByteBuffer.wrap(bytes);
    payload.parts().forEach(all::put);
    out.writeBytes(bytes);
  }
}
