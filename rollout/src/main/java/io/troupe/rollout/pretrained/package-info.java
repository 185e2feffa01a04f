/**
 * Model directories that decode: {@link io.troupe.rollout.pretrained.PretrainedPolicy} has the
 * model and the tokenizer of one, {@link io.troupe.rollout.pretrained.PublishedSettings} its
 * settings of generation.
 */
package io.troupe.rollout.pretrained;
