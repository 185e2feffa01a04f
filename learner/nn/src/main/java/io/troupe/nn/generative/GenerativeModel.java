package io.troupe.nn.generative;

import io.troupe.nn.Module;
import io.troupe.nn.entry.CatalogModel;
import java.util.Optional;

/**
 * What a network is trained on and how it draws, as its settings say.
 *
 * @param objective that it learns from
 * @param sampler that draws images; empty for a model that only reconstructs
 */
public record GenerativeModel(UnsupervisedLoss objective, Optional<ImageSampler> sampler) {

  /** What a model of the catalog learns from and draws with; empty for other kinds of models. */
  public static Optional<GenerativeModel> of(CatalogModel<?> model) {
    return ofCaptured(model);
  }

  private static <M extends Module> Optional<GenerativeModel> ofCaptured(CatalogModel<M> model) {
    return model.entry() instanceof GenerativeEntry<M> entry
        ? Optional.of(entry.generative(model.module(), model.settings(), model.dtype()))
        : Optional.empty();
  }
}
