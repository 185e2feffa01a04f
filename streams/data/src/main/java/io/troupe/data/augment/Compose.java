package io.troupe.data.augment;

import java.util.List;

/**
 * Several augmentations, one after the other. Each has draws of its own, so that a change of one
 * leaves the others' as they are.
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
