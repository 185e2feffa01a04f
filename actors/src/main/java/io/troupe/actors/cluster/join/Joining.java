package io.troupe.actors.cluster.join;

import io.troupe.actors.cluster.inputs.IncomingFile;
import io.troupe.actors.cluster.inputs.InputFile;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Asks a node of a run, on the calling thread. A question without an answer is repeated until the
 * deadline.
 */
public final class Joining {
  /** Name of the actor below {@code /user} that receives answers. */
  public static final String NAME = "joining";

  private static final Duration REPEAT = Duration.ofSeconds(1);

  private final Remote remote;
  private final NodeAddress self;
  private final NodeAddress target;
  private final BlockingQueue<JoinMessage> answers;
  private final Duration deadline;

  /**
   * Questions to a node.
   *
   * @param remote of this node's actor system
   * @param self where answers go
   * @param target any node of the run
   * @param answers filled by {@link #receiver}
   * @param deadline for each answer
   */
  public Joining(
      Remote remote,
      NodeAddress self,
      NodeAddress target,
      BlockingQueue<JoinMessage> answers,
      Duration deadline) {
    this.remote = remote;
    this.self = self;
    this.target = target;
    this.answers = answers;
    this.deadline = deadline;
  }

  /** A queue for answers; as many as can be asked for are kept. */
  public static BlockingQueue<JoinMessage> queue() {
    return new LinkedBlockingQueue<>(64);
  }

  /** The actor that receives answers; one that nobody waits for is dropped. */
  public static Behavior<JoinMessage> receiver(BlockingQueue<JoinMessage> answers) {
    return Behaviors.receiveMessage(
        message -> {
          if (!answers.offer(message)) {
            answers.clear();
          }
          return Behaviors.same();
        });
  }

  /**
   * Asks to join.
   *
   * @param build version of this program
   * @throws JoinException if the node rejects, or does not answer in time
   * @throws InterruptedException if the calling thread is interrupted
   */
  public JoinMessage.Accepted ask(String build) throws InterruptedException {
    return (JoinMessage.Accepted)
        answer(
            new JoinMessage.Ask(self.toString(), build),
            message -> message instanceof JoinMessage.Accepted);
  }

  /**
   * Fetches a file.
   *
   * @param index of the file in the list of the run
   * @param folder in which it is created
   * @param progress receives the bytes that have arrived
   * @throws JoinException if it cannot be read there or written here
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void fetch(int index, InputFile file, Path folder, LongConsumer progress)
      throws InterruptedException {
    try (IncomingFile incoming = new IncomingFile(file, folder)) {
      while (!incoming.isComplete()) {
        long offset = incoming.position();
        JoinMessage.Chunk chunk =
            (JoinMessage.Chunk)
                answer(
                    new JoinMessage.ReadChunk(self.toString(), index, offset),
                    message ->
                        message instanceof JoinMessage.Chunk got
                            && got.file() == index
                            && got.offset() == offset);
        incoming.append(offset, chunk.bytes());
        progress.accept(incoming.position());
      }
      incoming.finish();
    } catch (IOException e) {
      throw new JoinException("%s cannot be fetched: %s".formatted(file.name(), e.getMessage()), e);
    }
  }

  private interface Answer {
    boolean is(JoinMessage message);
  }

  private JoinMessage answer(JoinMessage question, Answer wanted) throws InterruptedException {
    long endNs = System.nanoTime() + deadline.toNanos();
    while (System.nanoTime() < endNs) {
      remote.tell(target.toString(), Gate.NAME, question);
      long repeatNs = System.nanoTime() + REPEAT.toNanos();
      for (long left = REPEAT.toNanos(); left > 0; left = repeatNs - System.nanoTime()) {
        JoinMessage message = answers.poll(left, TimeUnit.NANOSECONDS);
        if (message instanceof JoinMessage.Rejected(String _, String reason)) {
          throw new JoinException("%s rejected this node: %s".formatted(target, reason));
        }
        if (message != null && wanted.is(message)) {
          return message;
        }
      }
    }
    throw new JoinException(
        "%s must be a node of a run with the same key file, got no answer within %s"
            .formatted(target, deadline));
  }
}
