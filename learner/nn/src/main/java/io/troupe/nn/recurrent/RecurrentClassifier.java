package io.troupe.nn.recurrent;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * Classifies sequences by the last state of a recurrent layer; PyTorch's initial values. In
 * PyTorch, with an LSTM:
 *
 * <pre>{@code
 * class Classifier(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.lstm = nn.LSTM(28, 128, batch_first=True)
 *         self.fc = nn.Linear(128, 10)
 *     def forward(self, x):
 *         output, (h, c) = self.lstm(x)
 *         return self.fc(h[-1])
 * }</pre>
 *
 * <p>The layer is called {@code rnn}, {@code lstm} or {@code gru}. In a bidirectional model the
 * last states of both directions are concatenated: {@code self.fc(torch.cat([h[-2], h[-1]], 1))}.
 */
public final class RecurrentClassifier extends Module implements Layer {
  private final RecurrentLayer layer;
  private final Linear fc;

  /**
   * A classifier.
   *
   * @param numClasses classes, or numbers to predict
   */
  public RecurrentClassifier(
      RecurrentKind kind, RecurrentOptions options, int numClasses, Initializer initializer) {
    this.layer = child(kind.layerName(), kind.layer(options, initializer));
    this.fc = child("fc", Linear.of(options.outputSize(), numClasses, true, initializer));
  }

  /**
   * Classifies sequences of equal length.
   *
   * @param x (batch, time, inputSize); an image (batch, 1, height, width) is read row by row
   * @return logits, (batch, numClasses)
   */
  @Override
  public Tensor forward(Tensor x) {
    return forward(x, null);
  }

  /**
   * Classifies sequences.
   *
   * @param lengths number of steps of each sequence; null if all have the full length
   */
  public Tensor forward(Tensor x, int[] lengths) {
    int inputSize = layer.options().inputSize();
    Tensor steps = x.rank() == 3 ? x : x.reshape(x.size(0), -1, inputSize);
    Tensor h = layer.forward(steps, null, lengths).state().h();
    int count = h.size(0);
    Tensor last =
        layer.options().bidirectional()
            ? Indexing.cat(1, List.of(h.slice(count - 2), h.slice(count - 1)))
            : h.slice(count - 1); // (batch, outputSize)
    return fc.forward(last);
  }
}
