package io.troupe.log.codec;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of groups. The version of the format is part of the record or message around them
 * (the {@code encode} methods write it in front).
 */
public final class GroupCodec {
  private static final int VERSION = 1;
  private static final int MIN_COMPLETION_BYTES = 21;
  private static final int MIN_SCORE_BYTES = 5;

  private GroupCodec() {}

  /** A group without scores as a message of its own. */
  public static byte[] encode(SampledGroup group) {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    write(out, group);
    return out.toBytes();
  }

  /** A scored group as a message of its own. */
  public static byte[] encode(ScoredGroup group) {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    write(out, group);
    return out.toBytes();
  }

  /**
   * Decodes {@link #encode(SampledGroup)}.
   *
   * @throws CodecException if it is anything else
   */
  public static SampledGroup decodeSampled(byte[] bytes) {
    return ByteReader.decode(
        "sampled group",
        bytes,
        in -> {
          requireVersion(in);
          return readSampled(in);
        });
  }

  /**
   * Decodes {@link #encode(ScoredGroup)}.
   *
   * @throws CodecException if it is anything else
   */
  public static ScoredGroup decodeScored(byte[] bytes) {
    return ByteReader.decode(
        "scored group",
        bytes,
        in -> {
          requireVersion(in);
          return readScored(in);
        });
  }

  private static void requireVersion(ByteReader in) {
    int version = in.readByte();
    if (version != VERSION) {
      throw new CodecException("format version must be " + VERSION + ", got " + version);
    }
  }

  // ---- writing -------------------------------------------------------------------------------

  /** Writes a scored group. */
  public static void write(ByteWriter out, ScoredGroup group) {
    write(out, group.group());
    out.writeList(group.scores(), score -> write(out, score));
  }

  /** Writes a group without scores. */
  public static void write(ByteWriter out, SampledGroup group) {
    write(out, group.spec());
    group.completions().forEach(completion -> write(out, completion));
  }

  /** Writes the request of a group. */
  public static void write(ByteWriter out, GroupSpec spec) {
    out.writeLong(spec.groupId());
    out.writeInt(spec.numGenerations());
    out.writeLong(spec.runSeed());
    Prompt prompt = spec.prompt();
    out.writeLong(prompt.id());
    out.writeText(prompt.text());
    out.writeInts(prompt.tokenIds());
    out.writeMap(prompt.fields(), out::writeText);
    out.writeText(prompt.source());
  }

  private static void write(ByteWriter out, Completion completion) {
    out.writeInts(completion.tokenIds());
    out.writeFloats(completion.logProbs());
    out.writeRuns(completion.policyVersions());
    out.writeText(completion.text());
    write(out, completion.finishReason());
  }

  private static void write(ByteWriter out, FinishReason reason) {
    switch (reason) {
      case FinishReason.EndOfText(int tokenId) -> {
        out.writeByte(0);
        out.writeInt(tokenId);
      }
      case FinishReason.StopToken(int tokenId) -> {
        out.writeByte(1);
        out.writeInt(tokenId);
      }
      case FinishReason.StopString(String text) -> {
        out.writeByte(2);
        out.writeText(text);
      }
      case FinishReason.ConstraintMet() -> out.writeByte(3);
      case FinishReason.LengthLimit(int maxCompletionLength) -> {
        out.writeByte(4);
        out.writeInt(maxCompletionLength);
      }
      case FinishReason.Cancelled(String by) -> {
        out.writeByte(5);
        out.writeText(by);
      }
    }
  }

  private static void write(ByteWriter out, Score score) {
    switch (score) {
      case Score.Scored(double value, var parts) -> {
        out.writeByte(0);
        out.writeDouble(value);
        out.writeMap(parts, out::writeDouble);
      }
      case Score.Unscorable(String reason) -> {
        out.writeByte(1);
        out.writeText(reason);
      }
    }
  }

  // ---- reading -------------------------------------------------------------------------------

  /** Reads a scored group. */
  public static ScoredGroup readScored(ByteReader in) {
    SampledGroup group = readSampled(in);
    return new ScoredGroup(group, in.readList(MIN_SCORE_BYTES, () -> readScore(in)));
  }

  /** Reads a group without scores. */
  public static SampledGroup readSampled(ByteReader in) {
    GroupSpec spec = readSpec(in);
    in.requireCount(spec.numGenerations(), MIN_COMPLETION_BYTES);
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < spec.numGenerations(); i++) {
      completions.add(readCompletion(in, i));
    }
    return new SampledGroup(spec, completions);
  }

  /** Reads the request of a group. */
  public static GroupSpec readSpec(ByteReader in) {
    long groupId = in.readLong();
    int numGenerations = in.readInt();
    long runSeed = in.readLong();
    Prompt prompt =
        new Prompt(
            in.readLong(),
            in.readText(),
            in.readInts(),
            in.readMap(4, in::readText),
            in.readText());
    return new GroupSpec(groupId, prompt, numGenerations, runSeed);
  }

  private static Completion readCompletion(ByteReader in, int sampleIndex) {
    int[] tokenIds = in.readInts();
    return new Completion(
        sampleIndex,
        tokenIds,
        in.readFloats(),
        in.readRuns(tokenIds.length),
        in.readText(),
        readFinishReason(in));
  }

  private static FinishReason readFinishReason(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case 0 -> new FinishReason.EndOfText(in.readInt());
      case 1 -> new FinishReason.StopToken(in.readInt());
      case 2 -> new FinishReason.StopString(in.readText());
      case 3 -> new FinishReason.ConstraintMet();
      case 4 -> new FinishReason.LengthLimit(in.readInt());
      case 5 -> new FinishReason.Cancelled(in.readText());
      default -> throw new CodecException("finish reason must be from 0 to 5, got " + kind);
    };
  }

  private static Score readScore(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case 0 -> new Score.Scored(in.readDouble(), in.readMap(8, in::readDouble));
      case 1 -> new Score.Unscorable(in.readText());
      default -> throw new CodecException("score must be of kind 0 or 1, got " + kind);
    };
  }
}
