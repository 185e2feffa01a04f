/**
 * Continues prompts with a model on disk: {@link io.troupe.deploy.generate.TextGeneration} decodes,
 * {@link io.troupe.deploy.generate.GenerationSettings} lays what was typed over the model's {@code
 * generation_config.json}, {@link io.troupe.deploy.generate.GenerationPrinter} shows what came.
 */
package io.troupe.deploy.generate;
