/**
 * Supervised fine-tuning on demonstrations, the warm start of a run. Read {@link
 * io.troupe.training.sft.SftTrainer}.
 */
package io.troupe.training.sft;
