package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import java.util.function.Consumer;

/**
 * The core of a learner, rollout or reward role in the hands of its actor. Messages that the role
 * does not handle are dropped.
 *
 * @param onControl handles a message of ids
 * @param onBulk handles content
 * @param onStop leaves the run and ends the work
 */
record WorkerCore(Consumer<ControlMessage> onControl, Consumer<BulkMessage> onBulk, Runnable onStop)
    implements RoleActor.Core {

  /**
   * A core that handles some types of messages.
   *
   * @param control type of the messages of ids that it handles
   * @param bulk type of the content that it handles
   */
  static <C extends ControlMessage, B extends BulkMessage> WorkerCore of(
      Class<C> control, Consumer<C> onControl, Class<B> bulk, Consumer<B> onBulk, Runnable onStop) {
    return new WorkerCore(
        message -> {
          if (control.isInstance(message)) {
            onControl.accept(control.cast(message));
          }
        },
        message -> {
          if (bulk.isInstance(message)) {
            onBulk.accept(bulk.cast(message));
          }
        },
        onStop);
  }

  @Override
  public void control(ControlMessage message) {
    onControl.accept(message);
  }

  @Override
  public void bulk(BulkMessage message) {
    onBulk.accept(message);
  }

  @Override
  public void stop() {
    onStop.run();
  }
}
