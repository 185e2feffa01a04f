/**
 * Continues prompts with a model on disk: {@link io.troupe.deploy.generate.TextGeneration} decodes,
 * {@link io.troupe.deploy.generate.GenerationSettings} merges options with the model's {@code
 * generation_config.json}, {@link io.troupe.deploy.generate.GenerationPrinter} prints the result.
 */
package io.troupe.deploy.generate;
