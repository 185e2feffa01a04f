package io.troupe.nn.vit;

/** How a vision transformer knows the places of patches. */
public enum Positions {
  /** An embedding for each place, added to the patches (arXiv:2010.11929). */
  LEARNED,
  /**
   * Sines and cosines of row and column, added to the patches and not trained (arXiv:2104.02057);
   * the class token has none.
   */
  SINUSOIDAL,
  /**
   * A bias of the scores in each layer for each offset between two patches (arXiv:2103.14030); the
   * result then depends on how patches lie to each other, not on where they are in the image.
   */
  RELATIVE
}
