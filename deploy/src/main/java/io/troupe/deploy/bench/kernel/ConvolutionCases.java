package io.troupe.deploy.bench.kernel;

import io.troupe.deploy.bench.kernel.ConvolutionCase.Pass;
import java.util.ArrayList;
import java.util.List;

/** The convolutions of ResNet-18, ResNet-50 and a U-Net with base 32, for images of 64x64. */
final class ConvolutionCases {
  /** network, layers, in, size, out, kernel, stride. */
  private static final String LAYERS =
      """
      resnet18 1    3 64   64 7 2
      resnet18 4   64 16   64 3 1
      resnet18 1   64 16  128 3 2
      resnet18 1   64 16  128 1 2
      resnet18 3  128  8  128 3 1
      resnet18 1  128  8  256 3 2
      resnet18 1  128  8  256 1 2
      resnet18 3  256  4  256 3 1
      resnet18 1  256  4  512 3 2
      resnet18 1  256  4  512 1 2
      resnet18 3  512  2  512 3 1
      resnet50 1    3 64   64 7 2
      resnet50 1   64 16   64 1 1
      resnet50 3   64 16   64 3 1
      resnet50 4   64 16  256 1 1
      resnet50 2  256 16   64 1 1
      resnet50 1  256 16  128 1 1
      resnet50 1  128 16  128 3 2
      resnet50 1  256 16  512 1 2
      resnet50 4  128  8  512 1 1
      resnet50 3  512  8  128 1 1
      resnet50 3  128  8  128 3 1
      resnet50 1  512  8  256 1 1
      resnet50 1  256  8  256 3 2
      resnet50 1  512  8 1024 1 2
      resnet50 6  256  4 1024 1 1
      resnet50 5 1024  4  256 1 1
      resnet50 5  256  4  256 3 1
      resnet50 1 1024  4  512 1 1
      resnet50 1  512  4  512 3 2
      resnet50 1 1024  4 2048 1 2
      resnet50 3  512  2 2048 1 1
      resnet50 2 2048  2  512 1 1
      resnet50 2  512  2  512 3 1
      unet     1    3 64   32 3 1
      unet     2   32 64   32 3 1
      unet     1   32 32   64 3 1
      unet     2   64 32   64 3 1
      unet     1   64 16  128 3 1
      unet     2  128 16  128 3 1
      unet     1  128  8  256 3 1
      unet     1  256  8  256 3 1
      unet     1  128 16  256 2 2
      unet     1  256 16  128 3 1
      unet     1   64 32  128 2 2
      unet     1  128 32   64 3 1
      unet     1   32 64   64 2 2
      unet     1   64 64   32 3 1
      unet     1   32 64    1 1 1
      """;

  private ConvolutionCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (String line : LAYERS.lines().toList()) {
      String[] words = line.split(" +");
      int[] n = new int[words.length];
      for (int i = 1; i < words.length; i++) {
        n[i] = Integer.parseInt(words[i]);
      }
      for (Pass pass : Pass.values()) {
        cases.add(new ConvolutionCase(words[0], n[1], pass, n[2], n[3], n[4], n[5], n[6]));
      }
    }
    return cases;
  }
}
