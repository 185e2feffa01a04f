package io.troupe.deploy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitRevisionTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path checkout;

  private void write(String file, String text) throws IOException {
    Path path = checkout.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void detachedHead() throws IOException {
    write(".git/HEAD", COMMIT + "\n");
    assertThat(GitRevision.of(checkout)).isEqualTo(COMMIT);
  }

  @Test
  void branchInAFile() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/refs/heads/main", COMMIT + "\n");
    assertThat(GitRevision.of(checkout)).isEqualTo(COMMIT);
  }

  @Test
  void packedBranch() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/packed-refs", "# pack-refs\n" + COMMIT + " refs/heads/main\n");
    assertThat(GitRevision.of(checkout)).isEqualTo(COMMIT);
  }

  @Test
  void linkedWorkTree() throws IOException {
    write("tree/.git", "gitdir: " + checkout.resolve("repo/worktrees/tree") + "\n");
    write("repo/worktrees/tree/HEAD", "ref: refs/heads/main\n");
    write("repo/worktrees/tree/commondir", "../..\n");
    write("repo/refs/heads/main", COMMIT + "\n");
    assertThat(GitRevision.of(checkout.resolve("tree"))).isEqualTo(COMMIT);
  }

  @Test
  void branchWithoutACommit() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    assertThat(GitRevision.of(checkout)).isEqualTo("unknown");
  }
}
