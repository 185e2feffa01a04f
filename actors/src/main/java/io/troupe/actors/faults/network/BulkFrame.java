package io.troupe.actors.faults.network;

import io.troupe.actors.cluster.bulk.BulkCodec;
import io.troupe.actors.cluster.bulk.BulkKind;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.CodecException;

/** A bulk message as one frame: its kind, head and body, as between processes. */
public final class BulkFrame {
  private BulkFrame() {}

  /** Encodes a message. */
  public static byte[] encode(BulkMessage message) {
    ByteWriter out = new ByteWriter();
    out.writeByte(BulkKind.of(message).ordinal());
    out.writeBytes(BulkCodec.head(message));
    out.writeBytes(BulkCodec.bytes(BulkCodec.body(message)));
    return out.toBytes();
  }

  /**
   * Decodes a frame.
   *
   * @throws CodecException if it is not the encoding of a message
   */
  public static BulkMessage decode(byte[] frame) {
    return ByteReader.decode("bulk message", frame, BulkFrame::read);
  }

  private static BulkMessage read(ByteReader in) {
    int kind = in.readByte();
    if (kind < 0 || kind >= BulkKind.values().length) {
      throw new CodecException("message must be of kind 0 to 5, got " + kind);
    }
    return BulkCodec.decode(BulkKind.values()[kind], in.readBytes(), Payload.of(in.readBytes()));
  }
}
