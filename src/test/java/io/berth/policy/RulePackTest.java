package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.platform.Figure;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RulePackTest {

  @Test
  void answersTheSameOnManyThreads() {
    RulePack pack = RulePack.exportBaseline();
    List<PolicyQuestion> questions =
        Accelerators.all().stream()
            .map(accelerator -> {
              Questions question = Questions.domestic().tenantIn("CN").nodeIn("CN");
              question.accelerator = accelerator;
              return question.during("2024-01-01", "2027-01-01").ask();
            })
            .toList();
    List<Judgement> alone = questions.stream().map(pack::judge).toList();

    boolean same =
        IntStream.range(0, 2_000)
            .parallel()
            .allMatch(i ->
                pack.judge(questions.get(i % questions.size()))
                    .equals(alone.get(i % questions.size())));

    assertThat(same).isTrue();
  }

  @Test
  void hashesTheTextItWasCompiledFrom() {
    RulePack pack = RulePack.exportBaseline();

    assertThat(RulePack.compile(pack.text()).hash()).isEqualTo(pack.hash()).hasSize(64);
    assertThat(RulePack.compile(pack.text() + " ").hash()).isNotEqualTo(pack.hash());
  }

  @Test
  void refusesCountriesThatAreInNoGroupBecauseTheyDoNotExist() {
    assertThatThrownBy(() -> provider("XX")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> provider("cn")).isInstanceOf(IllegalArgumentException.class);
  }

  private static ProviderFacts provider(String country) {
    return new ProviderFacts(
        country, null, Set.of(), Figure.unknown(), Figure.unknown(), Figure.unknown());
  }
}
