/**
 * Tasks on texts for encoders such as BERT: masked language modeling, and fine-tuning for
 * sequences, tokens and spans. Each is a {@link io.troupe.training.supervised.SupervisedTask}; read
 * {@link io.troupe.training.text.MaskedLanguageModeling} first.
 */
package io.troupe.training.text;
