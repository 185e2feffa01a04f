package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SpecialTokensOfRequestsTest {
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(12, 2).withEosTokenIds(Set.of());

  @TempDir Path folder;

  /**
   * Tokens 3 to 60, which are those that the model samples, are special: {@code <t3>} and so on.
   */
  private Tokenizer tokenizer() throws IOException {
    String added =
        IntStream.rangeClosed(3, 60)
            .mapToObj(
                id ->
                    """
                    {"id": %d, "content": "<t%d>", "special": true, "single_word": false,
                     "lstrip": false, "rstrip": false, "normalized": false}\
                    """
                        .formatted(id, id))
            .collect(Collectors.joining(","));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
         "pre_tokenizer": null, "post_processor": null, "decoder": {"type": "Fuse"},
         "added_tokens": [%s],
         "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "c": 2}, "unk_token": "a"}}\
        """
            .formatted(added));
    return AutoTokenizer.load(folder);
  }

  private static Completion decode(InlineDecoder decoder, DecodingRequest request) {
    var event = decoder.service().submit(request).next().toCompletableFuture();
    while (decoder.advance()) {
      assertThat(decoder.service().numOpen()).isLessThanOrEqualTo(1);
    }
    return ((RequestCompleted) event.join().orElseThrow()).group().completions().getFirst();
  }

  private static String text(int[] tokenIds) {
    return Arrays.stream(tokenIds)
        .filter(id -> id > 2)
        .mapToObj(id -> "<t" + id + ">")
        .collect(Collectors.joining());
  }

  @Test
  void rewardsSeeSpecialTokensAndOtherReadersDoNot() throws IOException {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1);
        Tokenizer tokenizer = tokenizer();
        InlineDecoder decoder =
            new InlineDecoder(decoding.model(), tokenizer, new DecodingLimits(8, 1024, 64, 4))) {
      GroupSpec group = new GroupSpec(0, ReferenceDecoding.prompt(0, 5, 17, 4), 1, 3);
      Completion visible = decode(decoder, DecodingRequest.forRewards(group, SAMPLING));
      Completion hidden = decode(decoder, new DecodingRequest(group, SAMPLING, Events.COMPLETIONS));
      int stopToken = visible.tokenIds()[3];
      int length = 1 + indexOf(visible.tokenIds(), stopToken);
      Completion stopped =
          decode(
              decoder,
              DecodingRequest.forRewards(
                  group, SAMPLING.withStopStrings(List.of("<t" + stopToken + ">"))));

      assertThat(hidden.tokenIds()).isEqualTo(visible.tokenIds());
      assertThat(hidden.text()).doesNotContain("<t");
      assertThat(visible.text().replaceAll("[abc ]", "")).isEqualTo(text(visible.tokenIds()));
      assertThat(stopped.tokenIds()).hasSize(length);
      assertThat(stopped.finishReason())
          .isEqualTo(new FinishReason.StopString("<t" + stopToken + ">"));
      assertThat(stopped.text().replaceAll("[abc ]", ""))
          .isEqualTo(text(Arrays.copyOf(visible.tokenIds(), length - 1)));
    }
  }

  private static int indexOf(int[] ids, int id) {
    return IntStream.range(0, ids.length).filter(i -> ids[i] == id).findFirst().orElseThrow();
  }
}
