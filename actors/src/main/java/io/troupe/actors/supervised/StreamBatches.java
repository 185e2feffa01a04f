package io.troupe.actors.supervised;

import io.troupe.actors.learner.BatchSource;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.protocols.batch.MiniBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Mini-batches from a stream, which prefetches a bounded number of them. The ledger is the number
 * of steps.
 */
final class StreamBatches implements BatchSource<MiniBatch, Long> {
  private final ActorContext<LearnerActor.Command<MiniBatch, Long>> context;
  private final SinkQueueWithCancel<MiniBatch> queue;
  private final Duration deadline;

  /**
   * Runs a stream as long as the learner.
   *
   * @param context of the learner, which receives the answers
   * @param deadline for a batch
   */
  StreamBatches(
      ActorContext<LearnerActor.Command<MiniBatch, Long>> context,
      Source<MiniBatch, NotUsed> batches,
      Duration deadline) {
    this.context = context;
    this.queue = batches.runWith(Sink.queue(1), context.getSystem());
    this.deadline = deadline;
  }

  @Override
  public void request() {
    CompletableFuture<Optional<MiniBatch>> next =
        queue.pull().toCompletableFuture().orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    context.pipeToSelf(next, this::answer);
  }

  private LearnerActor.Command<MiniBatch, Long> answer(
      Optional<MiniBatch> batch, Throwable failure) {
    String what = "reading the next mini-batch";
    if (failure == null) {
      return batch.isPresent()
          ? new LearnerActor.BatchReady<>(batch.get())
          : new LearnerActor.SourceFailed<>(what, new IllegalStateException("the data has ended"));
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return new LearnerActor.SourceFailed<>(
        what,
        cause instanceof TimeoutException
            ? new IllegalStateException("nothing within " + deadline + " (deadlines.batch)", cause)
            : cause);
  }

  @Override
  public void commit(TrainedStep trained) {
    context.getSelf().tell(new LearnerActor.Committed<>(trained.step()));
  }
}
