package io.troupe.actors.faults.network;

/** Whether a link carries messages. */
public enum Block {
  /** It does. */
  OPEN,
  /** It does not, and neither does the opposite direction. */
  BOTH_WAYS,
  /** It does not, but the opposite direction does. */
  ONE_WAY
}
