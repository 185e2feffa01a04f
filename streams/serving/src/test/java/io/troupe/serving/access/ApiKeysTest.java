package io.troupe.serving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
  private static final String KEY = "abcdefghijklmnop";

  @TempDir private Path folder;

  private ApiKeys keys(String text) throws IOException {
    return ApiKeys.load(Files.writeString(folder.resolve("keys"), text));
  }

  @Test
  void keysHaveNamesAndScopes() throws IOException {
    ApiKeys keys = keys("# keys\n\nann " + KEY + "\nbob  " + KEY + "2 weights\n");
    assertThat(keys.caller(Optional.of(KEY))).contains(new Caller("ann", Set.of(Scope.GENERATE)));
    assertThat(keys.caller(Optional.of(KEY + "2")).orElseThrow().may(Scope.WEIGHTS)).isTrue();
    assertThat(keys.caller(Optional.of(KEY + "3"))).isEmpty();
    assertThat(keys.caller(Optional.of(""))).isEmpty();
    assertThat(keys.caller(Optional.empty())).isEmpty();
  }

  @Test
  void withoutKeysEveryCallerHasTheScopes() {
    ApiKeys keys = ApiKeys.none(Set.of(Scope.GENERATE));
    assertThat(keys.caller(Optional.empty()).orElseThrow().scopes())
        .containsExactly(Scope.GENERATE);
    assertThat(keys.areRequired()).isFalse();
  }

  @Test
  void linesOfAnotherFormAreNamedWithoutTheKey() {
    assertThatThrownBy(() -> keys("ann " + KEY + " everything"))
        .hasMessageContaining("line 1 of ")
        .hasMessageContaining("'NAME KEY' or 'NAME KEY weights'")
        .hasMessageNotContaining(KEY);
    assertThatThrownBy(() -> keys("ann short"))
        .hasMessageContaining("a key of at least 16 characters, got 5")
        .hasMessageNotContaining("short");
    assertThatThrownBy(() -> keys("ann " + KEY + "\nann " + KEY + "2"))
        .hasMessageContaining("line 2 of ")
        .hasMessageContaining("a name of its own");
    assertThatThrownBy(() -> keys("# none\n")).hasMessageContaining("must contain an API key");
    assertThatThrownBy(() -> ApiKeys.load(folder.resolve("missing")))
        .hasMessageContaining("api-key-file must be a readable text file");
  }
}
