/**
 * The supervised and generative models that the command line knows by name: {@link
 * io.troupe.nn.catalog.Catalog} lists the entry of each. It depends on the model packages, never
 * the other way round.
 */
package io.troupe.nn.catalog;
