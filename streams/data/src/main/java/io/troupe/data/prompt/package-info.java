/**
 * Prompts and demonstrations of language models, made of the rows of a file. {@link
 * io.troupe.data.prompt.PromptReader} makes prompts of rows, {@link
 * io.troupe.data.prompt.DemonstrationReader} prompts with completions, and {@link
 * io.troupe.data.prompt.PromptOrder} defines the order in which a run uses them.
 */
package io.troupe.data.prompt;
