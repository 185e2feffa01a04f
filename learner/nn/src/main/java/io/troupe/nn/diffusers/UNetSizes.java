package io.troupe.nn.diffusers;

import java.util.List;

/** The sizes that all U-Nets have. */
interface UNetSizes {
  /** Channels of the input. */
  int inChannels();

  /** Channels of the output. */
  int outChannels();

  /** The waves of the time. */
  TimeWaves waves();

  /** Types of the levels on the way down, from the top. */
  List<String> downTypes();

  /** Types of the levels on the way up, from the bottom. */
  List<String> upTypes();

  /** Channels of each level. */
  List<Integer> channels();

  /** Residual blocks of each level on the way down. */
  int layersPerBlock();

  /** Channels of the first level. */
  default int firstChannels() {
    return channels().getFirst();
  }

  /** Features of the embedding of the time. */
  default int timeFeatures() {
    return 4 * firstChannels();
  }
}
