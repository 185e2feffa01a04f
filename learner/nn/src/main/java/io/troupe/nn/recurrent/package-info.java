/**
 * Recurrent networks with PyTorch's names and numbers: the layers {@link
 * io.troupe.nn.recurrent.RNN}, {@link io.troupe.nn.recurrent.LSTM} and {@link
 * io.troupe.nn.recurrent.GRU}, whose common part is {@link io.troupe.nn.recurrent.RecurrentLayer},
 * and the models made of them: classifiers of sequences and language models over characters, with
 * their entries in the catalog.
 */
package io.troupe.nn.recurrent;
