package io.troupe.log.record;

import io.troupe.log.codec.ByteReader;
import io.troupe.log.codec.ByteWriter;
import io.troupe.log.codec.CodecException;
import io.troupe.log.codec.GroupCodec;
import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Checkpointed;
import io.troupe.log.record.LogRecord.Committed;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.LogRecord.Epoch;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.log.store.LogEntry;

/**
 * The encoding of records: a type, which is stored beside the content, and a content that begins
 * with the version of its format.
 */
public final class RecordCodec {
  private static final int VERSION = 1;
  private static final int RUN_STARTED = 1;
  private static final int EPOCH = 2;
  private static final int BATCH = 3;
  private static final int DROPPED = 4;
  private static final int COMMITTED = 5;
  private static final int CHECKPOINTED = 6;
  private static final int MIN_GROUP_BYTES = 80;

  private RecordCodec() {}

  /** The number that stands for the type of a record. */
  public static int type(LogRecord record) {
    return switch (record) {
      case RunStarted _ -> RUN_STARTED;
      case Epoch _ -> EPOCH;
      case Batch _ -> BATCH;
      case Dropped _ -> DROPPED;
      case Committed _ -> COMMITTED;
      case Checkpointed _ -> CHECKPOINTED;
    };
  }

  /** The content of a record. */
  public static byte[] encode(LogRecord record) {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    switch (record) {
      case RunStarted(String runId, String fingerprint, String troupe) -> {
        out.writeText(runId);
        out.writeText(fingerprint);
        out.writeText(troupe);
      }
      case Epoch(String node) -> out.writeText(node);
      case Batch(long step, var groups) -> {
        out.writeLong(step);
        out.writeList(groups, group -> write(out, group));
      }
      case Dropped dropped -> write(out, dropped);
      case Committed(long step, long checksum, int samplesTrained) -> {
        out.writeLong(step);
        out.writeLong(checksum);
        out.writeInt(samplesTrained);
      }
      case Checkpointed(long step, long position, long purgeBelow, LedgerCounts counts) -> {
        out.writeLong(step);
        out.writeLong(position);
        out.writeLong(purgeBelow);
        write(out, counts);
      }
    }
    return out.toBytes();
  }

  private static void write(ByteWriter out, LoggedGroup group) {
    GroupCodec.write(out, group.group());
    out.writeInt(group.attempts());
    out.writeText(group.sampledBy());
    out.writeText(group.scoredBy());
    out.writeLong(group.issuedMillis());
    out.writeLong(group.sampledMillis());
    out.writeLong(group.scoredMillis());
  }

  private static void write(ByteWriter out, Dropped dropped) {
    out.writeLong(dropped.groupId());
    out.writeText(dropped.reason());
    out.writeInt(dropped.attempts());
    out.writeText(dropped.sampledBy());
    out.writeLong(dropped.tokens());
    out.writeMap(dropped.samplesUnscorable(), out::writeLong);
    out.writeLong(dropped.issuedMillis());
  }

  private static void write(ByteWriter out, LedgerCounts counts) {
    out.writeLong(counts.nextGroupId());
    out.writeLong(counts.groupsTrained());
    out.writeLong(counts.samplesTrained());
    out.writeLong(counts.tokensGenerated());
    out.writeLong(counts.rolloutRestarts());
    out.writeMap(counts.groupsDropped(), out::writeLong);
    out.writeMap(counts.samplesUnscorable(), out::writeLong);
    out.writeList(counts.open(), out::writeLong);
  }

  /**
   * Decodes the record of an entry.
   *
   * @throws CodecException if the type is unknown, or the content is damaged or not canonical
   */
  public static LogRecord decode(LogEntry entry) {
    return decode(entry.type(), entry.payload());
  }

  /**
   * Decodes a record.
   *
   * @throws CodecException if the type is unknown, or the content is damaged or not canonical
   */
  public static LogRecord decode(int type, byte[] payload) {
    return ByteReader.decode("log record of type " + type, payload, in -> read(type, in));
  }

  /** Whether an entry is a batch; a batch is large, and may be skipped without being decoded. */
  public static boolean isBatch(LogEntry entry) {
    return entry.type() == BATCH;
  }

  private static LogRecord read(int type, ByteReader in) {
    int version = in.readByte();
    if (version != VERSION) {
      throw new CodecException("format version must be " + VERSION + ", got " + version);
    }
    return switch (type) {
      case RUN_STARTED -> new RunStarted(in.readText(), in.readText(), in.readText());
      case EPOCH -> new Epoch(in.readText());
      case BATCH ->
          new Batch(in.readLong(), in.readList(MIN_GROUP_BYTES, () -> readLoggedGroup(in)));
      case DROPPED -> readDropped(in);
      case COMMITTED -> new Committed(in.readLong(), in.readLong(), in.readInt());
      case CHECKPOINTED ->
          new Checkpointed(in.readLong(), in.readLong(), in.readLong(), readCounts(in));
      default -> throw new CodecException("type must be from 1 to 6, got " + type);
    };
  }

  private static LoggedGroup readLoggedGroup(ByteReader in) {
    return new LoggedGroup(
        GroupCodec.readScored(in),
        in.readInt(),
        in.readText(),
        in.readText(),
        in.readLong(),
        in.readLong(),
        in.readLong());
  }

  private static Dropped readDropped(ByteReader in) {
    return new Dropped(
        in.readLong(),
        in.readText(),
        in.readInt(),
        in.readText(),
        in.readLong(),
        in.readMap(8, in::readLong),
        in.readLong());
  }

  private static LedgerCounts readCounts(ByteReader in) {
    return new LedgerCounts(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readMap(8, in::readLong),
        in.readMap(8, in::readLong),
        in.readList(8, in::readLong));
  }
}
