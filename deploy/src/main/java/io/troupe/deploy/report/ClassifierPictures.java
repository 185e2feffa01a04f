package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The predictions of a classifier as pictures: the confusion matrix, and for image datasets the
 * images with a wrong prediction.
 *
 * @param examples the evaluated examples, each with a {@code label}
 * @param normalization the normalization of the examples, which is undone
 * @param predicted predicted class of each of the first examples, or of all
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record ClassifierPictures(Dataset examples, Normalization normalization, int[] predicted) {
  private static final int MAX_MISTAKES = 40;
  private static final int COLUMNS = 8;

  /** Checks that the examples have classes, and that there is an example for each prediction. */
  public ClassifierPictures {
    ExampleSpec spec = examples.spec();
    if (spec.classNames().isEmpty() || predicted.length > examples.size()) {
      throw new IllegalArgumentException(
          "predictions must be at most one for each of %d examples with classes, got %d for %d classes"
              .formatted(examples.size(), predicted.length, spec.classNames().size()));
    }
  }

  /**
   * Writes {@code confusion.png} and, if a prediction is wrong, {@code mistakes.png}.
   *
   * @return the files
   * @throws IOException if one cannot be written
   */
  public List<Path> write(Path folder) throws IOException {
    int[] labels = labels();
    List<Path> files = new ArrayList<>();
    files.add(PngFile.write(confusion(labels).draw(), folder.resolve("confusion.png")));
    if (examples.spec().kind() == ExampleSpec.Kind.IMAGE) {
      PictureGrid mistakes = mistakes(labels);
      if (mistakes.size() > 0) {
        files.add(PngFile.write(mistakes.draw(), folder.resolve("mistakes.png")));
      }
    }
    return files;
  }

  private int[] labels() {
    int[] labels = new int[predicted.length];
    for (int i = 0; i < labels.length; i++) {
      int[] label = ((ArrayData.Ints) example(i).get("label")).values();
      if (label.length != 1) {
        throw new IllegalArgumentException("example must have one label, got " + label.length);
      }
      labels[i] = label[0];
    }
    return labels;
  }

  private Map<String, ArrayData> example(int index) {
    return examples.batch(index);
  }

  private ConfusionMatrix confusion(int[] labels) {
    int numClasses = examples.spec().numClasses();
    long[][] counts = new long[numClasses][numClasses];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]][predicted[i]]++;
    }
    return new ConfusionMatrix(counts, examples.spec().classNames());
  }

  private PictureGrid mistakes(int[] labels) {
    List<Integer> wrong = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != predicted[i]) {
        wrong.add(i);
      }
    }
    List<Integer> shown = wrong.subList(0, Math.min(wrong.size(), MAX_MISTAKES));
    List<Integer> sizes = examples.spec().sizes();
    PictureGrid grid =
        new PictureGrid(
            "%,d mistakes: class as predicted class".formatted(wrong.size()),
            COLUMNS,
            sizes.get(0),
            sizes.get(1),
            sizes.get(2));
    List<String> names = examples.spec().classNames();
    for (int index : shown) {
      float[] pixels = ((ArrayData.Floats) example(index).get("input")).values();
      normalization.undo(pixels, sizes);
      grid.addMistake(pixels, names.get(labels[index]), names.get(predicted[index]));
    }
    return grid;
  }
}
