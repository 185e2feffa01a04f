package io.troupe.actors.supervised;

import io.troupe.data.dataset.Normalization;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.clip.OpenClipDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * The files that transformers and open_clip read, in addition to the weights of CLIP: the tokenizer
 * of the captions, and a directory in open_clip's format.
 *
 * @param model that has been trained
 * @param captions on which it was trained
 */
record ClipFiles(ClipModel model, Captions captions) implements ResultFiles {
  private static final String OPEN_CLIP = "open_clip";

  @Override
  public void write(Path folder) throws IOException {
    captions.saveTokenizer(folder, model.config().text());
    if (OpenClipDirectory.isFor(model.config())) {
      Normalization normalization = captions.splits().normalization();
      Path openClip = folder.resolve(OPEN_CLIP);
      new OpenClipDirectory(perChannel(normalization.mean(), 0), perChannel(normalization.std(), 1))
          .save(openClip, model);
      captions.saveTokenizer(openClip, model.config().text());
    }
  }

  /** One number for each channel. */
  private List<Double> perChannel(List<Double> values, double none) {
    int channels = model.config().vision().numChannels();
    return values.size() == channels
        ? values
        : Collections.nCopies(channels, values.isEmpty() ? none : values.getFirst());
  }
}
