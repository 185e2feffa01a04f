package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Images of two domains: {@code input} of the first and {@code target} of the second, {@code label}
 * and {@code target_label} if the images have labels. The images of an example are not a pair: they
 * only have the same position in their domains. The smaller domain is repeated.
 */
final class UnpairedImages implements Dataset {
  private final Dataset images;
  private final int[] first;
  private final int[] second;

  /**
   * A dataset.
   *
   * @param images of the domains 0 and 1
   * @throws IllegalArgumentException if they have other domains
   */
  UnpairedImages(Dataset images) {
    int[] domains = images.domains().orElse(new int[images.size()]);
    int number = Arrays.stream(domains).max().orElse(0) + 1;
    this.images = images;
    this.first = of(domains, 0);
    this.second = of(domains, 1);
    if (number != 2 || first.length == 0 || second.length == 0) {
      throw new IllegalArgumentException(
          "renderings must be two, such as plain,outlined, for a model that translates images, got"
              + " %d".formatted(number));
    }
  }

  private static int[] of(int[] domains, int domain) {
    return IntStream.range(0, domains.length).filter(i -> domains[i] == domain).toArray();
  }

  @Override
  public int size() {
    return Math.max(first.length, second.length);
  }

  @Override
  public ExampleSpec spec() {
    return images.spec();
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    Map<String, ArrayData> ofFirst = images.batch(chosen(first, indices), transform);
    Map<String, ArrayData> ofSecond = images.batch(chosen(second, indices), transform);
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", ofFirst.get("input"));
    arrays.put("target", ofSecond.get("input"));
    if (ofFirst.containsKey("label")) {
      arrays.put("label", ofFirst.get("label"));
      arrays.put("target_label", ofSecond.get("label"));
    }
    return arrays;
  }

  private static int[] chosen(int[] domain, int[] indices) {
    return Arrays.stream(indices).map(i -> domain[i % domain.length]).toArray();
  }
}
