package io.troupe.log.replication;

import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.CodecException;
import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.replication.ReplicationMessage.Appended;
import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.Fetch;
import io.troupe.log.replication.ReplicationMessage.Fetched;
import io.troupe.log.replication.ReplicationMessage.Promise;
import io.troupe.log.replication.ReplicationMessage.Promised;
import io.troupe.log.replication.ReplicationMessage.Purged;
import io.troupe.log.replication.ReplicationMessage.Rejected;
import io.troupe.log.replication.ReplicationMessage.StartAt;
import io.troupe.log.store.LogEntry;
import java.util.List;

/** The encoding of replication messages and of log entries. */
public final class ReplicationCodec {
  private static final int VERSION = 1;
  private static final int MIN_ENTRY_BYTES = 24;

  private ReplicationCodec() {}

  /** Encodes a message. */
  public static byte[] encode(ReplicationMessage message) {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    switch (message) {
      case Promise(long epoch) -> write(out, 1, epoch);
      case Promised(long epoch, long lastEpoch, long length) ->
          write(out, 2, epoch, lastEpoch, length);
      case Rejected(long epoch, long newest) -> write(out, 3, epoch, newest);
      case Fetch(long epoch, long from, long previousEpoch) ->
          write(out, 4, epoch, from, previousEpoch);
      case Fetched(long epoch, long from, var entries) -> {
        write(out, 5, epoch, from);
        write(out, entries);
      }
      case Append append -> {
        write(
            out,
            6,
            append.epoch(),
            append.from(),
            append.previousEpoch(),
            append.commitIndex(),
            append.firstIndex());
        write(out, append.entries());
      }
      case Appended(long epoch, long matched) -> write(out, 7, epoch, matched);
      case Conflict(long epoch, long retryFrom) -> write(out, 8, epoch, retryFrom);
      case StartAt(long epoch, long index, long previousEpoch) ->
          write(out, 9, epoch, index, previousEpoch);
      case Purged(long epoch, long index, long previousEpoch) ->
          write(out, 10, epoch, index, previousEpoch);
    }
    return out.toBytes();
  }

  private static void write(ByteWriter out, int type, long... values) {
    out.writeByte(type);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  /** Writes consecutive entries. */
  public static void write(ByteWriter out, List<LogEntry> entries) {
    out.writeList(
        entries,
        entry -> {
          out.writeLong(entry.index());
          out.writeLong(entry.epoch());
          out.writeInt(entry.type());
          out.writeBytes(entry.payload());
        });
  }

  /**
   * Decodes a message.
   *
   * @throws CodecException if it is damaged or of an unknown type
   */
  public static ReplicationMessage decode(byte[] bytes) {
    return ByteReader.decode("replication message", bytes, ReplicationCodec::read);
  }

  private static ReplicationMessage read(ByteReader in) {
    int version = in.readByte();
    if (version != VERSION) {
      throw new CodecException("format version must be " + VERSION + ", got " + version);
    }
    int type = in.readByte();
    long epoch = natural(in);
    return switch (type) {
      case 1 -> new Promise(epoch);
      case 2 -> new Promised(epoch, natural(in), natural(in));
      case 3 -> new Rejected(epoch, natural(in));
      case 4 -> new Fetch(epoch, natural(in), natural(in));
      case 5 -> new Fetched(epoch, natural(in), readEntries(in));
      case 6 ->
          new Append(epoch, natural(in), natural(in), natural(in), natural(in), readEntries(in));
      case 7 -> new Appended(epoch, natural(in));
      case 8 -> new Conflict(epoch, natural(in));
      case 9 -> new StartAt(epoch, natural(in), natural(in));
      case 10 -> new Purged(epoch, natural(in), natural(in));
      default -> throw new CodecException("type must be from 1 to 10, got " + type);
    };
  }

  private static long natural(ByteReader in) {
    long value = in.readLong();
    if (value < 0) {
      throw new CodecException("epochs and indices must not be negative, got " + value);
    }
    return value;
  }

  /** Reads entries. */
  public static List<LogEntry> readEntries(ByteReader in) {
    return in.readList(
        MIN_ENTRY_BYTES,
        () -> new LogEntry(in.readLong(), in.readLong(), in.readInt(), in.readBytes()));
  }
}
