package io.troupe.nn.pretrained;

import io.troupe.nn.bert.BertConfig;
import io.troupe.nn.bert.BertConfigJson;
import io.troupe.nn.bert.BertNames;
import io.troupe.nn.bert.BertNetwork;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.WeightLoader;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A BERT as a Hugging Face folder: {@code config.json} and {@code model.safetensors} (or shards of
 * it). The caller reads and saves the tokenizer.
 *
 * @param folder the folder
 */
public record EncoderFolder(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(EncoderFolder.class);
  private static final int SMALL = 1 << 16;

  /**
   * The sizes of the model.
   *
   * @throws CheckpointFormatException if the folder is missing or describes another model
   */
  public BertConfig config() {
    ConfigJson json = json();
    try {
      return BertConfigJson.read(json);
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(file() + ": " + e.getMessage(), e);
    }
  }

  private ConfigJson json() {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointFormatException(
          "model folder " + folder + " must exist; name a folder that contains config.json");
    }
    if (!Files.isRegularFile(file())) {
      throw new CheckpointFormatException(
          folder + " must contain config.json, got none; name a Hugging Face model folder");
    }
    return WeightFiles.readJson(file());
  }

  private Path file() {
    return folder.resolve(PretrainedModel.CONFIG);
  }

  /**
   * Checks that the files hold about as many weights as {@code config.json} asks for, before a
   * model of that size is created.
   *
   * @throws CheckpointFormatException if they hold far fewer, or there are none
   */
  public void requireWeights() {
    double asked = config().numWeights();
    try (WeightFiles files = WeightFiles.open(folder)) {
      if (asked > 2.0 * files.numElements() + SMALL) {
        throw new CheckpointFormatException(
            String.format(
                Locale.ROOT,
                "%s: it asks for %.0f weights, far more than the files beside it hold: fetch the"
                    + " folder again",
                file(),
                asked));
      }
    }
  }

  /**
   * Overwrites the weights of a network. A head that the files do not have keeps its weights, so
   * that an encoder can be fine-tuned with a new head.
   *
   * @throws CheckpointFormatException if a tensor of the encoder is missing or of another shape
   */
  public void load(BertNetwork network) {
    Map<String, Tensor> parameters = network.namedParameters();
    BertNames names = BertNames.of(parameters.keySet()).withNewHead();
    try (WeightFiles files = WeightFiles.open(folder)) {
      List<String> skipped =
          WeightLoader.load(
              folder.toString(), PretrainedModel.CONFIG, files.fileOfTensor(), names, parameters);
      if (!skipped.isEmpty()) {
        LOG.info(
            "{}: {} tensors are not part of a {} and are skipped: {}",
            folder,
            skipped.size(),
            network.architecture(),
            WeightLoader.shortened(skipped));
      }
      List<String> fresh =
          parameters.keySet().stream()
              .filter(name -> names.stored(name, files.fileOfTensor().keySet()).isEmpty())
              .toList();
      if (!fresh.isEmpty()) {
        LOG.info(
            "{}: {} tensors are not in the files and start with random weights: {}",
            folder,
            fresh.size(),
            WeightLoader.shortened(fresh));
      }
    }
  }

  /**
   * Saves a network in F32, with transformers' names.
   *
   * @param labels names of the classes of the head; empty for a head without classes
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public void save(BertNetwork network, List<String> labels) throws IOException {
    Files.createDirectories(folder);
    Map<String, Tensor> parameters = network.namedParameters();
    WeightSaver.save(
        folder, BertNames.of(parameters.keySet()), parameters, new SaveOptions(StorageType.F32));
    saveConfig(network, labels);
  }

  /**
   * Writes {@code config.json} beside weights that are already there.
   *
   * @param labels names of the classes of the head; empty for a head without classes
   * @throws IOException if it cannot be written; it is whole or absent
   */
  public void saveConfig(BertNetwork network, List<String> labels) throws IOException {
    WholeFile.write(file(), BertConfigJson.write(network.config(), network.architecture(), labels));
  }
}
