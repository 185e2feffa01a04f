package io.troupe.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import io.troupe.protocols.config.RewardConfig;
import io.troupe.reward.Rewards;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardArgumentTest {
  @Test
  void nameAlone() {
    assertThat(parse("numeric-match").root().unwrapped()).containsOnlyKeys("name");
    assertThat(parse("numeric-match").getString("name")).isEqualTo("numeric-match");
  }

  @Test
  void weightAfterAColon() {
    assertThat(parse("length:-0.5").getDouble("weight")).isEqualTo(-0.5);
  }

  @Test
  void settingsAfterCommas() {
    Config length = parse("length:0.2,min=3, max=80");
    assertThat(length.getInt("min")).isEqualTo(3);
    assertThat(length.getInt("max")).isEqualTo(80);
  }

  @Test
  void valuesMayContainCommasColonsAndEquals() {
    assertThat(parse("regex,pattern=a{1,3}:=b").getString("pattern")).isEqualTo("a{1,3}:=b");
    assertThat(parse("required-words,words=cat, dog").getString("words")).isEqualTo("cat, dog");
  }

  @Test
  void objectInBraces() {
    Config regex = parse("{name = regex, weight = 2, pattern = \"a,b=c\"}");
    assertThat(regex.getString("pattern")).isEqualTo("a,b=c");
    assertThat(regex.getDouble("weight")).isEqualTo(2);
  }

  @Test
  void parsedRewardsCanBeCreated() {
    List<RewardConfig> configs =
        List.of("required-words:0.5,words=cat dog", "length,min=1,max=9", "exact-match").stream()
            .map(text -> RewardConfig.from(parse(text).root()))
            .toList();
    assertThat(Rewards.sum(configs).parts()).hasSize(3);
    assertThat(configs.getFirst().weight()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":2", "length:", "length:x", "length,80", "Length", "{name = "})
  void errorsQuoteMalformedRewards(String text) {
    assertThatThrownBy(() -> RewardArgument.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--reward")
        .hasMessageContaining(text);
  }

  private static Config parse(String text) {
    return RewardArgument.parse(text);
  }
}
