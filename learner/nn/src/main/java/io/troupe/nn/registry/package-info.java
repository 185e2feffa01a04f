/**
 * The registry of all models. {@link io.troupe.nn.registry.ModelRegistry} lists one {@link
 * io.troupe.nn.registry.ModelEntry} per model: its name, its {@link
 * io.troupe.nn.registry.Hyperparameter}s, its {@link io.troupe.nn.registry.InputTensor}s and its
 * {@link io.troupe.nn.registry.Capability capabilities}. Commands and runs look up models here and
 * use their capabilities through {@link io.troupe.nn.registry.BuiltModel}; the packages of the
 * models do not depend on this one. A new model needs one entry.
 */
package io.troupe.nn.registry;
