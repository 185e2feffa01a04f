package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/** A layer of the generator: a demodulated convolution, noise, a bias and an activation. */
final class SynthesisLayer extends Module {
  private final Modulation convolution;
  private final Tensor noise;
  private final Tensor noiseStrength;
  private final Tensor bias;
  private final int place;
  private final double clamp;

  /**
   * A layer.
   *
   * @param place of the layer in the generator, from 0
   * @param size rows and columns of the result
   * @param clamp largest magnitude of the result; 0 for no limit
   */
  SynthesisLayer(
      int place,
      int wDim,
      int in,
      int out,
      int size,
      Resize resize,
      double clamp,
      Initializer initializer) {
    FirFilter filter = new FirFilter(initializer);
    this.convolution = child("", new Modulation(wDim, in, out, 3, resize, filter, initializer));
    this.noise = buffer("noise_const", initializer.normal(1, size, size));
    this.noiseStrength = parameter("noise_strength", Tensor.zeros(initializer.dtype(), Shape.of()));
    this.bias = parameter("bias", initializer.constant(0, out));
    this.place = place;
    this.clamp = clamp;
  }

  Dual forward(Dual x, Dual w, Noise source, double gain) {
    Dual y = convolution.demodulated(x, w);
    Tensor added =
        switch (source) {
          case Noise.None _ -> null;
          case Noise.Constant _ -> noise;
          case Noise.Random(Noise.Draws draws) ->
              draws.of(place, Shape.of(1, noise.size(0), noise.size(1)));
        };
    if (added != null) {
      y = y.add(added.mul(noiseStrength));
    }
    return ScaledLeakyReLU.active(gain, clamp).forward(y.add(bias.reshape(1, -1, 1, 1)));
  }
}
