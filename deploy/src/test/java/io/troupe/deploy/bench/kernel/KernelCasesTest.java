package io.troupe.deploy.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.deploy.bench.kernel.ConvolutionCase.Pass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelCasesTest {
  @ParameterizedTest
  @EnumSource(KernelGroup.class)
  void titlesIdentifyTheCases(KernelGroup group) {
    assertThat(group.cases()).extracting(KernelCase::title).doesNotHaveDuplicates();
  }

  /** Multiply-adds of the convolutions of one image: torchvision's models at 64x64. */
  @ParameterizedTest
  @CsvSource({"resnet18, 148.1e6", "resnet50, 333.1e6"})
  void networksHaveAllTheirConvolutions(String network, double multiplyAddsPerImage) {
    double all =
        convolutions(network).stream().mapToDouble(c -> c.layers() * c.multiplyAdds()).sum();
    assertThat(all / 8).isCloseTo(multiplyAddsPerImage, within(0.01 * multiplyAddsPerImage));
  }

  @Test
  void resNet18HasTwentyConvolutions() {
    assertThat(convolutions("resnet18").stream().mapToInt(ConvolutionCase::layers).sum())
        .isEqualTo(20);
    assertThat(convolutions("resnet50").stream().mapToInt(ConvolutionCase::layers).sum())
        .isEqualTo(53);
    assertThat(convolutions("unet").stream().mapToInt(ConvolutionCase::layers).sum()).isEqualTo(18);
  }

  private static List<ConvolutionCase> convolutions(String network) {
    return ConvolutionCases.all().stream()
        .map(ConvolutionCase.class::cast)
        .filter(c -> c.network().equals(network) && c.pass() == Pass.FORWARD)
        .toList();
  }
}
