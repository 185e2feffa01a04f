package io.troupe.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepFolderTest {
  @TempDir private Path folder;

  @Test
  void completeCheckpointsAreListedNewestFirst() throws IOException {
    for (String name :
        new String[] {"checkpoint-9", "checkpoint-10", ".checkpoint-11.writing", "final"}) {
      Files.createDirectory(folder.resolve(name));
    }
    assertThat(StepFolder.in(folder))
        .containsExactly(StepFolder.of(folder, 10), StepFolder.of(folder, 9));
  }

  @Test
  void aMissingFolderIsNotAnEmptyOne() {
    assertThatThrownBy(() -> StepFolder.in(folder.resolve("checkpoints")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
