package io.troupe.data.dataset;

import io.troupe.data.shapes.CaptionWords;
import io.troupe.data.shapes.ColoredKind;
import io.troupe.data.shapes.RenderedScene;
import io.troupe.data.shapes.Scene;
import io.troupe.data.shapes.SceneCaption;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.ShapesConfig;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Generated pictures of colored shapes. A batch has the arrays {@code input}, {@code label} or
 * {@code target} as configured, {@code caption}, the ids of {@link CaptionWords}, (batch, length),
 * {@code is_true}, 1 where the caption of a column is true of the picture of a row, (batch, batch),
 * and {@code edges}, (batch, 1, height, width).
 *
 * @param size the number of examples
 * @param spec of one example
 * @param random example i is a function of this and i
 * @param words of captions
 * @param pairs colors and kinds of shapes
 * @param maxShapes largest number of shapes
 * @param partialCaptions fraction of the shapes whose color or kind is left out of captions
 * @param label what the label or target is
 * @param normalization of the input
 */
record ShapesDataset(
    int size,
    ExampleSpec spec,
    Philox random,
    CaptionWords words,
    List<ColoredKind> pairs,
    int maxShapes,
    double partialCaptions,
    ShapesConfig.Label label,
    Normalization normalization)
    implements Dataset {
  /** The random numbers of a caption; those of the scene are derived with smaller numbers. */
  private static final long CAPTION = 2;

  ShapesDataset normalizedBy(Normalization other) {
    return new ShapesDataset(
        size, spec, random, words, pairs, maxShapes, partialCaptions, label, other);
  }

  Scene scene(int index) {
    return Scene.draw(random.derive(index), pairs, maxShapes);
  }

  private SceneCaption caption(int index, Scene scene) {
    return SceneCaption.partial(scene, partialCaptions, random.derive(index).derive(CAPTION));
  }

  /** Writes the colors of an example, which are not normalized. */
  void readImage(int index, float[] target, int offset) {
    float[] image = rendered(scene(index)).image();
    System.arraycopy(image, 0, target, offset, image.length);
  }

  private RenderedScene rendered(Scene scene) {
    return new RenderedScene(scene, height(), width());
  }

  private int height() {
    return spec.sizes().get(1);
  }

  private int width() {
    return spec.sizes().get(2);
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    Batch batch = new Batch(indices.length);
    for (int i = 0; i < indices.length; i++) {
      Scene scene = scene(indices[i]);
      batch.add(i, scene, caption(indices[i], scene), transform);
    }
    normalization.apply(batch.input, spec.sizes());
    Map<String, ArrayData> arrays = batch.arrays();
    arrays.values().stream()
        .skip(1) // the input is already transformed
        .forEach(array -> PixelLabels.move(array, spec.sizes(), transform));
    return arrays;
  }

  /** The arrays of a batch while it is made. */
  private final class Batch {
    private final int examples;
    private final int pixels = Math.multiplyExact(height(), width());
    private final int captionLength = CaptionWords.length(maxShapes);
    private final float[] input;
    private final float[] edges;
    private final int[] captionIds;
    private final List<Scene> scenes = new ArrayList<>();
    private final List<SceneCaption> captions = new ArrayList<>();
    private final int[] labels;
    private final float[] depths;

    Batch(int examples) {
      this.examples = examples;
      this.edges = new float[Math.multiplyExact(examples, pixels)];
      this.input = new float[Math.multiplyExact(edges.length, spec.sizes().getFirst())];
      this.captionIds = new int[examples * captionLength];
      this.labels =
          new int
              [switch (label) {
                case KIND -> examples;
                case SEGMENTATION -> edges.length;
                case DEPTH, NONE -> 0;
              }];
      this.depths = new float[label == ShapesConfig.Label.DEPTH ? edges.length : 0];
    }

    void add(int place, Scene scene, SceneCaption caption, ExampleTransform transform) {
      scenes.add(scene);
      captions.add(caption);
      RenderedScene rendered = rendered(scene);
      float[] image = rendered.image();
      System.arraycopy(image, 0, input, place * image.length, image.length);
      transform.apply(input, place * image.length, spec.sizes(), place);
      System.arraycopy(rendered.edges(), 0, edges, place * pixels, pixels);
      int[] ids = words.encode(caption.text(), captionLength);
      System.arraycopy(ids, 0, captionIds, place * captionLength, captionLength);
      switch (label) {
        case KIND -> labels[place] = scene.shapes().getFirst().look().kind().ordinal();
        case SEGMENTATION ->
            System.arraycopy(rendered.segmentation(), 0, labels, place * pixels, pixels);
        case DEPTH -> System.arraycopy(rendered.depth(), 0, depths, place * pixels, pixels);
        case NONE -> {}
      }
    }

    Map<String, ArrayData> arrays() {
      Map<String, ArrayData> arrays = new LinkedHashMap<>();
      arrays.put("input", new ArrayData.Floats(input, Column.batchSizes(examples, spec.sizes())));
      switch (label) {
        case KIND -> arrays.put("label", new ArrayData.Ints(labels, examples));
        case SEGMENTATION ->
            arrays.put("label", new ArrayData.Ints(labels, examples, height(), width()));
        case DEPTH ->
            arrays.put("target", new ArrayData.Floats(depths, examples, 1, height(), width()));
        case NONE -> {}
      }
      arrays.put("caption", new ArrayData.Ints(captionIds, examples, captionLength));
      arrays.put("is_true", new ArrayData.Ints(trueCaptions(), examples, examples));
      arrays.put("edges", new ArrayData.Floats(edges, examples, 1, height(), width()));
      return arrays;
    }

    /** 1 where the caption of a column is true of the picture of a row. */
    private int[] trueCaptions() {
      int[] isTrue = new int[examples * examples];
      for (int i = 0; i < isTrue.length; i++) {
        isTrue[i] = captions.get(i % examples).isTrueOf(scenes.get(i / examples)) ? 1 : 0;
      }
      return isTrue;
    }
  }
}
