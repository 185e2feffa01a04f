package io.troupe.nn.vit;

/** What the classifier of a vision transformer reads. */
public enum Pooling {
  /** A class token that is added to the patches, normalized. */
  TOKEN,
  /** The mean of all patches, then normalized; there is no class token. */
  AVG
}
