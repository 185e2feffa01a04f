package io.troupe.data.shapes;

import io.troupe.data.shapes.ShapePhrase.Detail;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * A description of all shapes of a scene from the nearest to the farthest, such as {@code a red
 * circle, a blue star and a green square}.
 *
 * @param phrases one for each shape
 */
public record SceneCaption(List<ShapePhrase> phrases) {
  /** Copies the list. */
  public SceneCaption {
    phrases = List.copyOf(phrases);
  }

  /** The caption that names color and kind of each shape. */
  public static SceneCaption full(Scene scene) {
    return partial(scene, 0, Philox.of(0));
  }

  /**
   * A caption that names only the color or only the kind of some shapes.
   *
   * @param fraction of such shapes, in [0, 1]; both cases are equally likely
   * @param random the choice is a function of it
   */
  public static SceneCaption partial(Scene scene, double fraction, Philox random) {
    List<ShapePhrase> phrases = new ArrayList<>();
    for (SceneShape shape : scene.shapes()) {
      double drawn = random.uniform(phrases.size());
      Detail detail =
          drawn >= fraction
              ? Detail.COLOR_AND_KIND
              : drawn >= fraction / 2 ? Detail.COLOR : Detail.KIND;
      phrases.add(new ShapePhrase(shape.look(), detail));
    }
    return new SceneCaption(phrases);
  }

  /** The words. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < phrases.size(); i++) {
      if (i > 0) {
        text.append(i < phrases.size() - 1 ? ", " : " and ");
      }
      text.append(phrases.get(i).words());
    }
    return text.toString();
  }

  /** Whether each phrase is true of a shape in a scene. */
  public boolean isTrueOf(Scene scene) {
    return phrases.stream()
        .allMatch(
            phrase -> scene.shapes().stream().anyMatch(shape -> phrase.isTrueOf(shape.look())));
  }
}
