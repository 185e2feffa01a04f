package io.troupe.rollout.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagePoolTest {
  private static int take(PagePool pool) {
    assertThat(pool.reserve(1)).isTrue();
    return pool.takeReserved();
  }

  private static void cache(PagePool pool, int page, int token) {
    int[] tokens = new int[16];
    tokens[0] = token;
    pool.prefixes().add(pool.prefixes().root(), tokens, 0, page);
  }

  @Test
  void thePageThatHasBeenUnusedForTheLongestTimeIsEvicted() {
    PagePool pool = new PagePool(3);
    int[] pages = {take(pool), take(pool), take(pool)};
    for (int page : pages) {
      cache(pool, page, page);
      pool.release(page);
    }
    pool.retain(pages[0]); // used again
    pool.release(pages[0]);
    assertThat(pool.numAvailable()).as("cached pages can be reserved").isEqualTo(3);

    assertThat(take(pool)).isEqualTo(pages[1]);
    assertThat(take(pool)).isEqualTo(pages[2]);
    assertThat(pool.prefixes().contains(pages[1])).isFalse();
    assertThat(pool.prefixes().contains(pages[0])).isTrue();
  }

  @Test
  void emptyPagesAreTakenBeforeCachedOnes() {
    PagePool pool = new PagePool(2);
    int cached = take(pool);
    cache(pool, cached, 1);
    pool.release(cached);

    assertThat(take(pool)).isNotEqualTo(cached);
    assertThat(pool.prefixes().contains(cached)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aPageHasOneOwnerAndNoneIsLost(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PagePool pool = new PagePool(12);
    List<Integer> users = new ArrayList<>(); // a page for each user
    for (int i = 0; i < 3000; i++) {
      String name = "seed " + seed + ", action " + i + ": " + pool;
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          if (pool.reserve(1)) {
            int page = pool.takeReserved();
            assertThat(users).as(name).doesNotContain(page);
            assertThat(pool.prefixes().contains(page)).as(name).isFalse();
            users.add(page);
            if (random.nextBoolean()) {
              cache(pool, page, i);
            }
          } else {
            assertThat(new HashSet<>(users)).as(name).hasSize(12);
          }
        }
        case 2 -> {
          int page = random.nextInt(12);
          if (pool.prefixes().contains(page)) {
            pool.retain(page);
            users.add(page);
          }
        }
        case 3 -> {
          if (!users.isEmpty()) {
            pool.release(users.remove(random.nextInt(users.size())));
          }
        }
        default -> {
          if (random.nextInt(20) == 0) {
            pool.forgetPrefixes();
          }
        }
      }
      assertThat(pool.numFree()).as(name).isEqualTo(12 - new HashSet<>(users).size());
    }
  }
}
