/**
 * How a model is described to whoever knows it by name alone: {@link io.troupe.nn.entry.ModelEntry}
 * first, then its {@link io.troupe.nn.entry.Hyperparameter}s, the {@link
 * io.troupe.nn.entry.Settings} that a user gives for them, and the {@link
 * io.troupe.nn.entry.InputTensor}s that it predicts from. Each model has its entry beside it; the
 * list of all is {@code io.troupe.nn.catalog.Catalog}.
 */
package io.troupe.nn.entry;
