package io.troupe.nn.swin;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.Arrays;
import java.util.List;

/**
 * The partition of a grid into windows, shifted cyclically (arXiv:2103.14030, section 3.2). Sizes
 * that are not a multiple of the window are padded with zeros at the bottom and the right.
 *
 * @param batch images
 * @param height rows of the grid
 * @param width columns of the grid
 * @param window rows and columns of a window
 * @param shift rows and columns by which windows are shifted in shifted blocks
 */
record Windows(int batch, int height, int width, int window, int shift) {
  /** Added to the score of two places that only the cyclic shift has made neighbors. */
  private static final float HIDDEN = -100;

  private int paddedHeight() {
    return (height + window - 1) / window * window;
  }

  private int paddedWidth() {
    return (width + window - 1) / window * window;
  }

  /** An axis with a single window is not shifted. */
  private int shiftDown() {
    return window >= paddedHeight() ? 0 : shift;
  }

  private int shiftRight() {
    return window >= paddedWidth() ? 0 : shift;
  }

  private int perImage() {
    return paddedHeight() / window * (paddedWidth() / window);
  }

  private int length() {
    return window * window;
  }

  /** For each place of the padded and shifted windows of an image its place in the grid, or -1. */
  private int[] sources() {
    int[] sources = new int[perImage() * length()];
    int across = paddedWidth() / window;
    for (int i = 0; i < sources.length; i++) {
      int ofWindow = i / length();
      int row = ofWindow / across * window + i % length() / window;
      int column = ofWindow % across * window + i % window;
      int y = (row + shiftDown()) % paddedHeight();
      int x = (column + shiftRight()) % paddedWidth();
      sources[i] = y < height && x < width ? y * width + x : -1;
    }
    return sources;
  }

  /**
   * Cuts grids into windows.
   *
   * @param grid (batch * height * width, features)
   * @return (batch * windows, window * window, features)
   */
  Tensor partition(Tensor grid) {
    int[] sources = sources();
    int places = height * width;
    boolean isPadded = Arrays.stream(sources).anyMatch(source -> source < 0);
    int[] ids = new int[batch * sources.length];
    for (int i = 0; i < ids.length; i++) {
      int source = sources[i % sources.length];
      ids[i] = source < 0 ? batch * places : i / sources.length * places + source;
    }
    Tensor rows = grid;
    if (isPadded) {
      Tensor zeros = Tensor.zeros(grid.dtype(), Shape.of(1, grid.size(1)));
      rows = Indexing.cat(0, List.of(grid, zeros));
    }
    return Indexing.embedding(rows, Tensor.of(ids))
        .reshape(batch * perImage(), length(), grid.size(1));
  }

  /**
   * Puts windows back in their places; padding is left out.
   *
   * @param windows (batch * windows, window * window, features)
   * @return (batch * height * width, features)
   */
  Tensor merge(Tensor windows) {
    int[] sources = sources();
    int places = height * width;
    int[] ids = new int[batch * places];
    for (int i = 0; i < sources.length; i++) {
      for (int image = 0; sources[i] >= 0 && image < batch; image++) {
        ids[image * places + sources[i]] = image * sources.length + i;
      }
    }
    Tensor rows = windows.reshape(-1, windows.size(2));
    return Indexing.embedding(rows, Tensor.of(ids));
  }

  /**
   * The bias of the scores: relative positions, and in shifted windows a mask of places that are
   * not neighbors in the grid.
   *
   * @param relative (1, heads, length, length)
   * @return (1 or windows of an image, heads, length, length)
   */
  Tensor bias(Tensor relative) {
    if (shiftDown() == 0 && shiftRight() == 0) {
      return relative;
    }
    int[] regions = regions();
    int n = length();
    float[] mask = new float[perImage() * n * n];
    for (int i = 0; i < mask.length; i++) {
      int window = i / (n * n);
      int query = regions[window * n + i / n % n];
      int key = regions[window * n + i % n];
      mask[i] = query == key ? 0 : HIDDEN;
    }
    Tensor hidden = Tensor.of(mask, perImage(), 1, n, n);
    return relative.add(relative.dtype() == DType.FLOAT32 ? hidden : hidden.to(relative.dtype()));
  }

  /** The connected region of the grid that each place of the shifted windows is from. */
  private int[] regions() {
    int[] regions = new int[perImage() * length()];
    int across = paddedWidth() / window;
    for (int i = 0; i < regions.length; i++) {
      int ofWindow = i / length();
      int row = ofWindow / across * window + i % length() / window;
      int column = ofWindow % across * window + i % window;
      regions[i] =
          3 * region(row, paddedHeight(), shiftDown())
              + region(column, paddedWidth(), shiftRight());
    }
    return regions;
  }

  private int region(int place, int size, int shifted) {
    if (shifted == 0 || place < size - window) {
      return 0;
    }
    return place < size - shifted ? 1 : 2;
  }
}
