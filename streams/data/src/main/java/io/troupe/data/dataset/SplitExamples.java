package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.config.DatasetConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The examples of one split of a source.
 *
 * @param source for messages
 * @param size the number of examples
 * @param input the numbers, before normalization
 * @param sizes of the input of one example
 * @param others labels and other columns of each example, by name
 */
record SplitExamples(
    Path source, int size, ExampleValues input, List<Integer> sizes, Map<String, Column> others) {

  /**
   * The examples in the shape of the settings.
   *
   * @throws DataFormatException if the examples have another number of values
   */
  SplitExamples shaped(DatasetConfig config) {
    if (config.shape().isEmpty() || config.shape().equals(sizes)) {
      return this;
    }
    if (Column.numel(config.shape()) != Column.numel(sizes)) {
      throw new DataFormatException(
          "shape must have %d numbers, got %s; an example of %s has shape %s"
              .formatted(
                  Column.numel(sizes),
                  ExampleSpec.shape(config.shape()),
                  source,
                  ExampleSpec.shape(sizes)));
    }
    return new SplitExamples(source, size, input, config.shape(), others);
  }

  /**
   * The examples in the renderings of the settings. With several, {@code domain} is the position of
   * the rendering of each.
   *
   * @throws DataFormatException if the examples are not images
   */
  SplitExamples rendered(DatasetConfig config) {
    int number = config.renderings().size();
    if (number == 0) {
      return this;
    }
    if (sizes.size() != 3) {
      throw new DataFormatException(
          "renderings must be empty for examples that are not images, got examples of %s in %s"
              .formatted(ExampleSpec.shape(sizes), source));
    }
    Map<String, Column> columns = new LinkedHashMap<>(others);
    if (number > 1) {
      int[] domains = RenderedValues.domains(size, number);
      columns.put(ColumnDataset.DOMAIN, new IntColumn(domains, List.of()));
    }
    return new SplitExamples(
        source, size, new RenderedValues(input, sizes, config.renderings()), sizes, columns);
  }

  /**
   * Checks that the examples have the shape of those of the training set.
   *
   * @return this
   * @throws DataFormatException if they differ
   */
  SplitExamples requireLike(SplitExamples train) {
    if (!sizes.equals(train.sizes)) {
      throw new DataFormatException(
          "%s must have examples of %s like %s, got %s"
              .formatted(
                  source, ExampleSpec.shape(train.sizes), train.source, ExampleSpec.shape(sizes)));
    }
    return this;
  }

  /**
   * The examples as a dataset.
   *
   * @param classNames by label; empty where there are none
   */
  Dataset dataset(List<String> classNames, Normalization normalization) {
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("input", new FloatColumn(input, sizes, normalization));
    columns.putAll(others);
    ExampleSpec.Kind kind = sizes.size() == 3 ? ExampleSpec.Kind.IMAGE : ExampleSpec.Kind.FEATURES;
    return new ColumnDataset(
        size, new ExampleSpec(kind, sizes, classNames.size(), classNames), columns);
  }
}
