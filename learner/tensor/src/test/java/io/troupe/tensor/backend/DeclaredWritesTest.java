package io.troupe.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The table of written operands must be complete. Every agreement test checks calls against it. */
class DeclaredWritesTest {
  @Test
  void everyOperationOfEveryGroupIsInTheTable() {
    assertThat(DeclaredWrites.groups()).hasSizeGreaterThan(14);
    assertThat(
            DeclaredWrites.groups().stream()
                .flatMap(group -> Arrays.stream(group.getReturnType().getDeclaredMethods()))
                .filter(method -> !Modifier.isStatic(method.getModifiers())) // made of operations
                .map(Method::getName))
        .containsExactlyInAnyOrderElementsOf(DeclaredWrites.OPERANDS.keySet());
  }
}
