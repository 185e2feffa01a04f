package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.layers.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The common part of the entries of graph networks.
 *
 * @param <M> the network
 */
abstract class GraphEntry<M extends Module> implements ModelEntry<M> {
  private final String name;
  private final String summary;
  private final BiFunction<Settings, Initializer, M> builder;
  private final List<Hyperparameter<?>> hyperparameters;

  /**
   * An entry.
   *
   * @param shared hyperparameters of all networks of the kind
   * @param own hyperparameters of this one, shown after them
   */
  GraphEntry(
      String name,
      String summary,
      BiFunction<Settings, Initializer, M> builder,
      List<Hyperparameter<?>> shared,
      Hyperparameter<?>... own) {
    this.name = name;
    this.summary = summary;
    this.builder = builder;
    List<Hyperparameter<?>> all = new ArrayList<>(shared);
    all.addAll(List.of(own));
    this.hyperparameters = List.copyOf(all);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Family family() {
    return Family.GNN;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final List<Hyperparameter<?>> hyperparameters() {
    return hyperparameters;
  }

  @Override
  public final M build(Settings settings, Initializer initializer) {
    return builder.apply(settings, initializer);
  }

  @Override
  public final WeightNames weightNames(Module module) {
    return StateDictNames.withOtherName(GraphSettings::nameInExamples);
  }
}
