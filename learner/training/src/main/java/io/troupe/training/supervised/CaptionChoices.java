package io.troupe.training.supervised;

import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts among which images find their captions: further candidates, then the captions
 * themselves, each text once.
 */
public final class CaptionChoices {
  private final Map<List<Integer>, Integer> texts = new LinkedHashMap<>();
  private final int length;
  private final int[] own;

  private CaptionChoices(List<int[]> candidates, Tensor captions) {
    this.length = captions.size(1);
    this.own = new int[captions.size(0)];
    for (int[] candidate : candidates) {
      add(candidate);
    }
    for (int image = 0; image < own.length; image++) {
      own[image] = add(captions.slice(image).toInts());
    }
  }

  /**
   * The texts for some images.
   *
   * @param candidates further texts, as ids with the length of the captions
   * @param captions of the images, INT32 (images, length)
   */
  public static CaptionChoices of(List<int[]> candidates, Tensor captions) {
    return new CaptionChoices(candidates, captions);
  }

  private int add(int[] ids) {
    List<Integer> text = Arrays.stream(ids).boxed().toList();
    texts.putIfAbsent(text, texts.size());
    return texts.get(text);
  }

  /** The number of texts. */
  public int size() {
    return texts.size();
  }

  /** The texts, INT32 (size, length). */
  public Tensor ids() {
    int[] ids = texts.keySet().stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    return Tensor.of(ids, size(), length);
  }

  /** The index of the caption of an image. */
  public int own(int image) {
    return own[image];
  }

  /** Whether each text is the caption of an image. */
  boolean[] areCaptions() {
    boolean[] areCaptions = new boolean[size()];
    for (int text : own) {
      areCaptions[text] = true;
    }
    return areCaptions;
  }
}
