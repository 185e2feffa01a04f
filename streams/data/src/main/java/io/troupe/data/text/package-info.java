/**
 * Texts for encoders such as BERT: {@link io.troupe.data.text.TextRows} reads them, {@link
 * io.troupe.data.text.TextEncoder} makes token ids of them, and {@link
 * io.troupe.data.text.TextExamples} is a dataset of such texts with classes, classes of tokens or
 * spans. Depends on the tokenizers; read {@link io.troupe.data.text.TextExamples} first.
 */
package io.troupe.data.text;
