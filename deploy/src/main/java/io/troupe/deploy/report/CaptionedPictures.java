package io.troupe.deploy.report;

import io.troupe.data.shapes.CaptionWords;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pictures that a model drew, with their captions below. */
public final class CaptionedPictures {
  private static final int COLUMNS = 8;

  private CaptionedPictures() {}

  /**
   * Draws pictures in rows of 8.
   *
   * @param words of the captions
   * @param batch with {@code input}, whose size the pictures have, and {@code caption}
   * @param drawn a picture for each example, in [0, 1]
   */
  public static BufferedImage draw(CaptionWords words, MiniBatch batch, float[] drawn) {
    int[] sizes = batch.array("input").sizes();
    PictureGrid grid = new PictureGrid("", COLUMNS, sizes[1], sizes[2], sizes[3]);
    return grid.add(drawn, captions(words, batch)).draw();
  }

  private static List<String> captions(CaptionWords words, MiniBatch batch) {
    ArrayData.Ints ids = (ArrayData.Ints) batch.array("caption");
    int length = ids.sizes()[1];
    List<String> captions = new ArrayList<>();
    for (int from = 0; from < ids.values().length; from += length) {
      captions.add(words.decode(Arrays.copyOfRange(ids.values(), from, from + length)));
    }
    return captions;
  }
}
