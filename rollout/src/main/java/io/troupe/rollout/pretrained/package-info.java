/**
 * Model directories that decode: {@link io.troupe.rollout.pretrained.PretrainedPolicy} has the
 * model and the tokenizer of one.
 */
package io.troupe.rollout.pretrained;
