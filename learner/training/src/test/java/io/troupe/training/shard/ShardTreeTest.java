package io.troupe.training.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTreeTest {
  @ParameterizedTest
  @CsvSource({
    "1, '[0, 1)'",
    "2, '[0, 1) [0, 2) [1, 2)'",
    "3, '[0, 1) [0, 2) [0, 3) [1, 2) [2, 3)'",
    "4, '[0, 1) [0, 2) [0, 4) [1, 2) [2, 3) [2, 4) [3, 4)'",
    "6, '[0, 1) [0, 2) [0, 4) [0, 6) [1, 2) [2, 3) [2, 4) [3, 4) [4, 5) [4, 6) [5, 6)'"
  })
  void nodesAreAlignedRanges(int numShards, String expected) {
    ShardTree tree = new ShardTree(numShards);
    List<String> nodes = new ArrayList<>();
    for (int first = 0; first < numShards; first++) {
      for (int count = 1; first + count <= numShards; count++) {
        if (tree.isNode(new ShardRange(first, count))) {
          nodes.add(new ShardRange(first, count).toString());
        }
      }
    }

    assertThat(String.join(" ", nodes)).isEqualTo(expected);
  }

  @Test
  void rangeThatIsNoNodeIsRejected() {
    assertThatThrownBy(() -> new ShardTree(4).requireNode(new ShardRange(1, 2)))
        .hasMessage(
            "range of shards must be a node of the tree over 4 shards, got [1, 3); use cover()");
    assertThat(new ShardTree(4).isNode(new ShardRange(0, 8))).isFalse();
    assertThat(new ShardTree(4).isNode(new ShardRange(9, 1))).isFalse();
  }

  @Test
  void coverHasExactlyTheGivenShardsInTheFewestNodes() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ShardTree tree = new ShardTree(1 + random.nextInt(64));
      BitSet shards = new BitSet();
      IntStream.range(0, tree.numShards()).filter(s -> random.nextInt(4) > 0).forEach(shards::set);
      List<ShardRange> cover = tree.cover(shards::get);

      BitSet covered = new BitSet();
      for (ShardRange node : cover) {
        assertThat(tree.isNode(node)).as("seed %d, %s", seed, node).isTrue();
        assertThat(covered.get(node.first(), node.end()).isEmpty()).isTrue();
        covered.set(node.first(), node.end());
      }
      assertThat(covered).as("seed %d", seed).isEqualTo(shards);
      assertThat(cover).as("seed %d", seed).hasSize(fewest(tree.root(), shards));
    }
  }

  private static int fewest(ShardRange node, BitSet shards) {
    int present = shards.get(node.first(), node.end()).cardinality();
    if (present == 0 || present == node.count()) {
      return Math.min(1, present);
    }
    return fewest(ShardTree.left(node), shards) + fewest(ShardTree.right(node), shards);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 64})
  void samplesAreDividedWithoutGapsIntoEqualParts(int numShards) {
    ShardTree tree = new ShardTree(numShards);
    for (int samples = 0; samples < 200; samples++) {
      int at = 0;
      for (int shard = 0; shard < numShards; shard++) {
        ShardRange range = new ShardRange(shard, 1);
        assertThat(tree.firstSample(range, samples)).isEqualTo(at);
        at = tree.endSample(range, samples);
        assertThat(at - tree.firstSample(range, samples))
            .isBetween(samples / numShards, (samples + numShards - 1) / numShards);
      }
      assertThat(at).isEqualTo(samples);
    }
  }

  @Test
  void sharesOfAllLearnersAreAllShards() {
    for (int numShards = 1; numShards <= 16; numShards++) {
      for (int learners = 1; learners <= 20; learners++) {
        ShardTree tree = new ShardTree(numShards);
        List<Integer> shards = new ArrayList<>();
        for (int learner = 0; learner < learners; learner++) {
          for (ShardRange node : tree.share(learner, learners)) {
            IntStream.range(node.first(), node.end()).forEach(shards::add);
          }
        }
        assertThat(shards).isEqualTo(IntStream.range(0, numShards).boxed().toList());
      }
    }
  }
}
