package io.troupe.nn.entry;

/** The kinds of models, in the order in which they are listed. */
public enum Family {
  /** Fully connected networks. */
  MLP("MLP"),
  /** Convolutional classifiers of images. */
  CNN("CNN"),
  /** Recurrent networks over sequences. */
  RNN("RNN"),
  /** Networks over graphs. */
  GNN("GNN"),
  /** Images to images. */
  VISION("vision"),
  /** Models that draw samples. */
  GENERATIVE("generative");

  private final String title;

  Family(String title) {
    this.title = title;
  }

  /** What a table calls it. */
  public String title() {
    return title;
  }
}
