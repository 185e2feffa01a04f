/**
 * Recurrent networks with PyTorch's names and results: the layers {@link
 * io.troupe.nn.recurrent.RNN}, {@link io.troupe.nn.recurrent.LSTM} and {@link
 * io.troupe.nn.recurrent.GRU}, which share {@link io.troupe.nn.recurrent.RecurrentLayer}, and the
 * models that use them: classifiers of sequences and language models over characters.
 */
package io.troupe.nn.recurrent;
