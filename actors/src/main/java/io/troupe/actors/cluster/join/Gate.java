package io.troupe.actors.cluster.join;

import io.troupe.actors.cluster.inputs.InputFile;
import io.troupe.actors.cluster.system.Remote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Answers processes that want to join: with the settings of the run, or with the reason why not.
 * Files are read on another thread, a chunk per question, so what is asked bounds what is sent.
 */
public final class Gate {
  /** Name of the actor below {@code /user}. */
  public static final String NAME = "gate";

  /** Bytes of a chunk; a message of Artery has at most 256 KiB. */
  static final int CHUNK_BYTES = 128 << 10;

  private final ActorContext<JoinMessage> context;
  private final String build;
  private final Supplier<JoinMessage.Accepted> admission;
  private final Executor files;

  private Gate(
      ActorContext<JoinMessage> context,
      String build,
      Supplier<JoinMessage.Accepted> admission,
      Executor files) {
    this.context = context;
    this.build = build;
    this.admission = admission;
    this.files = files;
  }

  /**
   * A gate.
   *
   * @param build version of this program
   * @param admission the answer to a process whose program has the same version
   * @param files reads files
   */
  public static Behavior<JoinMessage> create(
      String build, Supplier<JoinMessage.Accepted> admission, Executor files) {
    return Behaviors.setup(
        context -> {
          Gate gate = new Gate(context, build, admission, files);
          Remote remote = new Remote(context.getSystem());
          return Behaviors.receiveMessage(
              message -> {
                gate.answer(message, remote);
                return Behaviors.same();
              });
        });
  }

  private void answer(JoinMessage message, Remote remote) {
    switch (message) {
      case JoinMessage.Ask(String from, String other) -> {
        JoinMessage.Accepted accepted = admission.get();
        remote.tell(
            from,
            Joining.NAME,
            reasonToReject(other)
                .<JoinMessage>map(reason -> new JoinMessage.Rejected(accepted.from(), reason))
                .orElse(accepted));
      }
      case JoinMessage.ReadChunk(String from, int index, long offset) ->
          CompletableFuture.supplyAsync(() -> read(index, offset), files)
              .thenAccept(answer -> remote.tell(from, Joining.NAME, answer));
      case JoinMessage.Accepted _, JoinMessage.Rejected _, JoinMessage.Chunk _ -> {
        // answers are for those who asked
      }
    }
  }

  private Optional<String> reasonToReject(String other) {
    if (other.equals(build)) {
      return Optional.empty();
    }
    context.getLog().warn("a node of version {} was rejected: this one has {}", other, build);
    return Optional.of(
        "every node must run the same program, got version %s; this run has %s"
            .formatted(other, build));
  }

  private JoinMessage read(int index, long offset) {
    JoinMessage.Accepted accepted = admission.get();
    try {
      InputFile file = accepted.files().get(index);
      try (FileChannel channel = FileChannel.open(Path.of(file.path()))) {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
        int length = Math.max(0, channel.read(buffer, offset));
        return new JoinMessage.Chunk(
            accepted.from(), index, offset, Arrays.copyOf(buffer.array(), length));
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return new JoinMessage.Rejected(
          accepted.from(),
          "file %d of the run cannot be read: %s".formatted(index, e.getMessage()));
    }
  }
}
