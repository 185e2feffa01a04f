package io.troupe.streams.link.send;

/** The Aeron stream of the bulk transport. */
public final class LinkStream {
  /** Its id in all channels. */
  public static final int ID = 7001;

  private LinkStream() {}
}
