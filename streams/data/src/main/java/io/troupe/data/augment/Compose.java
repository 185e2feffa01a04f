package io.troupe.data.augment;

import java.util.List;

/**
 * Applies several augmentations in order. Each has its own random numbers, so that changing one
 * does not change the numbers of the others.
 *
 * @param augmentations in order
 */
public record Compose(List<Augmentation> augmentations) implements Augmentation {
  /** Copies the list. */
  public Compose {
    augmentations = List.copyOf(augmentations);
  }

  /** Some augmentations in order. */
  public static Compose of(Augmentation... augmentations) {
    return new Compose(List.of(augmentations));
  }

  @Override
  public void apply(Raster raster, Draws draws) {
    for (int i = 0; i < augmentations.size(); i++) {
      augmentations.get(i).apply(raster, draws.derive(i));
    }
  }

  @Override
  public boolean isNone() {
    return augmentations.stream().allMatch(Augmentation::isNone);
  }
}
