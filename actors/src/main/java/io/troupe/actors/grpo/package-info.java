/**
 * Training a language model with GRPO: the inputs, the actors of a run, its evaluation and its
 * summary. Read {@link io.troupe.actors.grpo.LocalRun} first.
 */
package io.troupe.actors.grpo;
