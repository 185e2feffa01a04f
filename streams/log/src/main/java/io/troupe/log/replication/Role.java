package io.troupe.log.replication;

import java.io.IOException;

/** What this node does in its epoch. */
sealed interface Role permits Following, Candidacy, Leadership {

  /** Repeats what may have been lost. */
  void tick() throws IOException;

  /** More records of this node are durable. */
  void durable() throws IOException;
}
