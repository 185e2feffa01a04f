package io.troupe.actors.cluster.join;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.troupe.actors.cluster.inputs.InputFile;
import java.util.List;

/** The messages between a process that joins and a node of the run. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JoinMessage.Ask.class, name = "ask"),
  @JsonSubTypes.Type(value = JoinMessage.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = JoinMessage.Rejected.class, name = "rejected"),
  @JsonSubTypes.Type(value = JoinMessage.ReadChunk.class, name = "read"),
  @JsonSubTypes.Type(value = JoinMessage.Chunk.class, name = "chunk")
})
public sealed interface JoinMessage {
  /** The sender, {@code host:port}. */
  String from();

  /**
   * Requests to join.
   *
   * @param build version of its program; bit-identical results need the same
   */
  record Ask(String from, String build) implements JoinMessage {}

  /**
   * It may.
   *
   * @param runId of the run
   * @param config of the run, HOCON
   * @param coordinators nodes that have the role, {@code host:port}
   * @param files that the run reads
   */
  record Accepted(
      String from, String runId, String config, List<String> coordinators, List<InputFile> files)
      implements JoinMessage {
    /** Copies the lists. */
    public Accepted {
      coordinators = List.copyOf(coordinators);
      files = List.copyOf(files);
    }
  }

  /** It may not. */
  record Rejected(String from, String reason) implements JoinMessage {}

  /** Asks for a part of a file. */
  record ReadChunk(String from, int file, long offset) implements JoinMessage {}

  /**
   * A part of a file.
   *
   * @param bytes not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // just read from the file or the network
  record Chunk(String from, int file, long offset, byte[] bytes) implements JoinMessage {}
}
