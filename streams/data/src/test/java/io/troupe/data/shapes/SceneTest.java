package io.troupe.data.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SceneTest {
  private static final Looks LOOKS = Looks.first(6, 4);
  private static final int SCENES = 60;
  private static final int SIZE = 48;

  private static Scene scene(long index) {
    return Scene.draw(Philox.of(5).derive(index), LOOKS.all(), 3);
  }

  /** The color whose direction from gray is closest to that of a pixel. */
  private static ShapeColor nearestColor(float[] image, int pixel) {
    int plane = image.length / 3;
    ShapeColor best = null;
    double most = -1;
    for (ShapeColor color : LOOKS.colors()) {
      double[] seen = new double[3];
      double[] wanted = new double[3];
      for (int c = 0; c < 3; c++) {
        seen[c] = image[c * plane + pixel];
        wanted[c] = color.channel(c);
      }
      double cosine = cosineOfHue(seen, wanted);
      if (cosine > most) {
        most = cosine;
        best = color;
      }
    }
    return best;
  }

  private static double cosineOfHue(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < 3; i++) {
      dot += (a[i] - meanA) * (b[i] - meanB);
      squareA += (a[i] - meanA) * (a[i] - meanA);
      squareB += (b[i] - meanB) * (b[i] - meanB);
    }
    return dot / Math.sqrt(squareA * squareB);
  }

  @Test
  void captionsNameTheColorsAndKindsThatAreVisible() {
    for (int index = 0; index < SCENES; index++) {
      Scene scene = scene(index);
      RenderedScene rendered = new RenderedScene(scene, SIZE, SIZE);
      float[] image = rendered.image();
      int[] classes = rendered.segmentation();
      Set<String> seen = new HashSet<>();
      for (ShapeBox box : rendered.boxes()) {
        int[] inside =
            IntStream.range(0, classes.length)
                .filter(i -> classes[i] == 1 + box.look().kind().ordinal())
                .filter(i -> nearestColor(image, i) == box.look().color())
                .toArray();
        assertThat(inside.length).as("scene %d: %s", index, box).isGreaterThan(12);
        seen.add(box.look().words());
      }
      assertThat(Set.of(SceneCaption.full(scene).text().split(", | and ")))
          .as("scene %d", index)
          .isEqualTo(seen);
    }
  }

  @Test
  void answersOfAPixelAgree() {
    for (int index = 0; index < SCENES; index++) {
      RenderedScene rendered = new RenderedScene(scene(index), SIZE, SIZE);
      int[] classes = rendered.segmentation();
      float[] depth = rendered.depth();
      float[] edges = rendered.edges();
      for (int i = 0; i < classes.length; i++) {
        boolean isWall = classes[i] == RenderedScene.BACKGROUND;
        assertThat(depth[i] >= Scene.WALL_NEAR)
            .as("scene %d, pixel %d", index, i)
            .isEqualTo(isWall);
        if (i % SIZE + 1 < SIZE && classes[i] != classes[i + 1]) {
          assertThat(edges[i]).as("scene %d, pixel %d", index, i).isEqualTo(1);
        }
      }
      assertThat(IntStream.range(0, edges.length).filter(i -> edges[i] == 1).count())
          .as("scene %d", index)
          .isBetween(20L, 400L);
    }
  }

  @Test
  void boxesAreTightAroundTheVisiblePixels() {
    Scene scene = Scene.draw(Philox.of(3), LOOKS.all(), 1);
    RenderedScene rendered = new RenderedScene(scene, SIZE, SIZE);
    ShapeBox box = rendered.boxes().getFirst();
    int[] classes = rendered.segmentation();
    int[] inside = IntStream.range(0, classes.length).filter(i -> classes[i] != 0).toArray();
    assertThat(Arrays.stream(inside).map(i -> i % SIZE).min()).hasValue(box.left());
    assertThat(Arrays.stream(inside).map(i -> i % SIZE).max()).hasValue(box.right() - 1);
    assertThat(Arrays.stream(inside).map(i -> i / SIZE).min()).hasValue(box.top());
    assertThat(Arrays.stream(inside).map(i -> i / SIZE).max()).hasValue(box.bottom() - 1);
  }

  @Test
  void aSceneIsTheSameAtEverySize() {
    for (int index = 0; index < SCENES; index++) {
      Scene scene = scene(index);
      int[] small = new RenderedScene(scene, 40, 40).segmentation();
      int[] large = new RenderedScene(scene, 120, 200).segmentation();
      int same = 0;
      for (int i = 0; i < small.length; i++) {
        same += small[i] == large[(i / 40 * 3 + 1) * 200 + 40 + i % 40 * 3 + 1] ? 1 : 0;
      }
      assertThat(same).as("scene %d", index).isEqualTo(small.length);
    }
  }

  @ParameterizedTest
  @CsvSource({"6, 4", "4, 4", "8, 8", "4, 8", "8, 4", "7, 5"})
  void fourPairsWithDifferentColorsAndKindsAreReserved(int colors, int kinds) {
    Looks looks = Looks.first(colors, kinds);
    assertThat(looks.unseen()).hasSize(4).doesNotContainAnyElementsOf(looks.seen());
    assertThat(looks.seen()).hasSize(colors * kinds - 4);
    assertThat(looks.unseen().stream().map(ColoredKind::kind)).doesNotHaveDuplicates();
    assertThat(looks.unseen().stream().map(ColoredKind::color)).doesNotHaveDuplicates();
  }

  /** All kinds have similar areas inside their circle, so that a size is a depth. */
  @ParameterizedTest
  @EnumSource(ShapeKind.class)
  void outlinesFillASimilarPartOfTheirCircle(ShapeKind kind) {
    int steps = 400;
    int inside = 0;
    for (int i = 0; i < steps * steps; i++) {
      double x = 2.4 * (i / steps + 0.5) / steps - 1.2;
      double y = 2.4 * (i % steps + 0.5) / steps - 1.2;
      if (kind.contains(x, y)) {
        inside++;
        assertThat(Math.hypot(x, y)).as("%s at %s, %s", kind, x, y).isLessThanOrEqualTo(1);
      }
    }
    assertThat(inside * 2.4 * 2.4 / (steps * steps) / Math.PI).isBetween(0.3, 0.75);
  }

  @Test
  void eachLookHasItsOwnColorAndOutline() {
    List<ColoredKind> all = Looks.first(8, 8).all();
    Set<List<Float>> pictures = new HashSet<>();
    for (ColoredKind look : all) {
      Scene scene = Scene.draw(Philox.of(1), List.of(look), 1);
      RenderedScene rendered = new RenderedScene(scene, SIZE, SIZE);
      assertThat(rendered.segmentation()).contains(1 + look.kind().ordinal());
      List<Float> colors = new ArrayList<>();
      for (float color : rendered.image()) {
        colors.add(color);
      }
      pictures.add(colors);
    }
    assertThat(pictures).hasSameSizeAs(all);
  }

  @Test
  void wordsOfACaptionCanBeReadBack() {
    CaptionWords words = CaptionWords.of(LOOKS);
    for (int index = 0; index < SCENES; index++) {
      String caption = SceneCaption.full(scene(index)).text();
      int[] ids = words.encode(caption, CaptionWords.length(3));
      assertThat(words.decode(ids)).isEqualTo(caption);
      assertThat(ids[ids.length - 1]).as("%s", List.of(ids)).isEqualTo(words.end());
    }
  }

  @Test
  void rejectsCaptionsThatAreEmptyOrHaveOtherWords() {
    CaptionWords words = CaptionWords.of(LOOKS);
    assertThatThrownBy(() -> words.encode(" ", 8))
        .hasMessage("caption must have at least one word, got none");
    assertThatThrownBy(() -> words.encode("a pink circle", 8))
        .hasMessageStartingWith("words of captions must be among a and , red")
        .hasMessageEndingWith("got pink");
    assertThatThrownBy(() -> words.encode("a red circle", 4))
        .hasMessage("caption must have at most 2 words, got 3: a red circle");
  }

  @Test
  void partialCaptionsNameColorOrKindAndStayTrue() {
    CaptionWords words = CaptionWords.of(LOOKS);
    int[] counts = new int[ShapePhrase.Detail.values().length];
    for (int index = 0; index < 400; index++) {
      Scene scene = scene(index);
      SceneCaption caption = SceneCaption.partial(scene, 0.6, Philox.of(5).derive(index));
      assertThat(caption.phrases()).hasSameSizeAs(scene.shapes());
      assertThat(caption.isTrueOf(scene)).as("scene %d: %s", index, caption.text()).isTrue();
      assertThat(words.decode(words.encode(caption.text(), CaptionWords.length(3))))
          .isEqualTo(caption.text());
      caption.phrases().forEach(phrase -> counts[phrase.detail().ordinal()]++);
    }
    double all = Arrays.stream(counts).sum();
    assertThat(Arrays.stream(counts).mapToDouble(count -> count / all))
        .as("color and kind, color, kind")
        .usingElementComparator((a, b) -> Math.abs(a - b) < 0.07 ? 0 : 1)
        .containsExactly(0.4, 0.3, 0.3);
  }

  @Test
  void aCaptionIsTrueOfTheScenesThatHaveItsShapes() {
    ColoredKind redCircle = new ColoredKind(ShapeColor.RED, ShapeKind.CIRCLE);
    ColoredKind redStar = new ColoredKind(ShapeColor.RED, ShapeKind.STAR);
    ColoredKind blueStar = new ColoredKind(ShapeColor.BLUE, ShapeKind.STAR);
    for (ColoredKind shown : List.of(redCircle, redStar, blueStar)) {
      Scene scene = Scene.draw(Philox.of(1), List.of(shown), 1);
      assertThat(isTrue(redStar, ShapePhrase.Detail.COLOR_AND_KIND, scene))
          .isEqualTo(shown == redStar);
      assertThat(isTrue(redStar, ShapePhrase.Detail.COLOR, scene)).isEqualTo(shown != blueStar);
      assertThat(isTrue(redStar, ShapePhrase.Detail.KIND, scene)).isEqualTo(shown != redCircle);
    }
    assertThat(new ShapePhrase(redStar, ShapePhrase.Detail.COLOR).words()).isEqualTo("a red shape");
    assertThat(new ShapePhrase(redStar, ShapePhrase.Detail.KIND).words()).isEqualTo("a star");
  }

  private static boolean isTrue(ColoredKind look, ShapePhrase.Detail detail, Scene scene) {
    return new SceneCaption(List.of(new ShapePhrase(look, detail))).isTrueOf(scene);
  }

  /** Few are farther: tips of stars, and shapes of one color that touch. */
  @Test
  void edgesOfColorsAreWithinAPixelOfThoseOfTheScene() {
    long numFar = 0;
    long numEdges = 0;
    for (int index = 0; index < SCENES; index++) {
      RenderedScene rendered = new RenderedScene(scene(index), SIZE, SIZE);
      float[] edges = rendered.edges();
      float[] found = ColorEdges.of(rendered.image(), SIZE, SIZE);
      numFar += farFrom(edges, found) + farFrom(found, edges);
      numEdges += IntStream.range(0, edges.length).filter(i -> edges[i] + found[i] > 0).count();
    }
    assertThat((double) numFar / numEdges).isLessThan(0.02);
    float[] gray = new float[3 * SIZE * SIZE];
    Arrays.fill(gray, 0.4f);
    assertThat(ColorEdges.of(gray, SIZE, SIZE)).containsOnly(0);
  }

  /** The number of edges that have none of the others among the pixels around them. */
  private static long farFrom(float[] others, float[] edges) {
    return IntStream.range(0, edges.length)
        .filter(i -> edges[i] == 1 && !hasNeighbor(others, i / SIZE, i % SIZE))
        .count();
  }

  private static boolean hasNeighbor(float[] edges, int row, int column) {
    for (int r = Math.max(0, row - 1); r <= Math.min(SIZE - 1, row + 1); r++) {
      for (int c = Math.max(0, column - 1); c <= Math.min(SIZE - 1, column + 1); c++) {
        if (edges[r * SIZE + c] == 1) {
          return true;
        }
      }
    }
    return false;
  }
}
