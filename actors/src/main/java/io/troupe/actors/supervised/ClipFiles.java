package io.troupe.actors.supervised;

import io.troupe.data.dataset.Normalization;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.clip.OpenClipDirectory;
import io.troupe.rollout.tokenizer.WordLevelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * What transformers and open_clip need beside the weights of CLIP: the tokenizer of the captions,
 * and a directory with open_clip's names.
 *
 * @param model that has been trained
 * @param normalization of its images
 */
record ClipFiles(ClipModel model, Normalization normalization) implements ResultFiles {
  private static final String OPEN_CLIP = "open_clip";

  @Override
  public void write(Path folder) throws IOException {
    saveTokenizer(folder);
    if (OpenClipDirectory.isFor(model.config())) {
      Path openClip = folder.resolve(OPEN_CLIP);
      new OpenClipDirectory(perChannel(normalization.mean(), 0), perChannel(normalization.std(), 1))
          .save(openClip, model);
      saveTokenizer(openClip);
    }
  }

  private void saveTokenizer(Path folder) throws IOException {
    new WordLevelFiles(CaptionWords.all().words())
        .save(folder, model.config().text().maxPositionEmbeddings());
  }

  /** One number for each channel. */
  private List<Double> perChannel(List<Double> values, double none) {
    int channels = model.config().vision().numChannels();
    return values.size() == channels
        ? values
        : Collections.nCopies(channels, values.isEmpty() ? none : values.getFirst());
  }
}
