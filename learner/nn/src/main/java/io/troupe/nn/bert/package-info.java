/**
 * BERT (arXiv:1810.04805), with the names of transformers: {@link io.troupe.nn.bert.BertModel} is
 * the encoder, and a {@link io.troupe.nn.bert.BertNetwork} is the encoder with a head for masked
 * tokens, sequences, tokens or spans. {@link io.troupe.nn.bert.BertConfig} has the sizes. Read
 * {@link io.troupe.nn.bert.BertModel} first.
 */
package io.troupe.nn.bert;
