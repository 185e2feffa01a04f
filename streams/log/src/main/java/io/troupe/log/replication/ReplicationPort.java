package io.troupe.log.replication;

import io.troupe.log.store.PendingSync;
import java.io.IOException;

/**
 * The world of a replicated log. Calls of the log come one at a time; no method here calls the log
 * before it returns.
 */
public interface ReplicationPort {

  /** Sends a message to another coordinator node; it may be lost. */
  void send(String member, ReplicationMessage message);

  /**
   * Runs a sync, perhaps on another thread.
   *
   * @param done called on the thread of the log when it has run
   */
  void sync(PendingSync sync, Runnable done);

  /** This node leads: it may append. Its {@code Epoch} record is appended already. */
  void onLeading(long epoch);

  /** This node no longer leads, or has given up trying: there is a newer epoch. */
  void onDeposed(long newestEpoch);

  /** All records below an index are committed. */
  void onCommitted(long commitIndex);

  /**
   * A write has failed. Records may have to be sent again; after a failed sync the log does nothing
   * any more, and the node must be started again.
   */
  void onDiskFailed(IOException cause);
}
