package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.platform.OrganizationId;
import org.junit.jupiter.api.Test;

class SharesTest {

  private final Shares<String> shares = new Shares<>(3, 2);

  @Test
  void leavesSomeToOthers() {
    assertThat(shares.take("slow", 1)).isTrue();
    assertThat(shares.take("slow", 1)).isTrue();
    assertThat(shares.take("slow", 1)).isFalse();
    assertThat(shares.take("other", 1)).isTrue();
    assertThat(shares.take("third", 1)).isFalse();

    shares.giveBack("slow", 1);

    assertThat(shares.take("third", 1)).isTrue();
    assertThat(shares.take("slow", 1)).isFalse();
    shares.giveBack("third", 1);
    assertThat(shares.take("slow", 1)).isTrue();
  }

  @Test
  void weighsAClusterWithItsProvidersOthers() {
    Shares<OrganizationId> memory = new Shares<>(12, 11);
    OrganizationId provider = OrganizationId.fresh();
    KeptWeight first = new KeptWeight(10, memory, provider);
    KeptWeight second = new KeptWeight(10, memory, provider);
    assertThat(first.add(11)).isFalse();
    assertThat(first.add(8)).isTrue();
    assertThat(first.add(3)).isFalse();

    assertThat(second.add(4)).isFalse();
    assertThat(first.add(-1)).isTrue();
    assertThat(second.add(4)).isTrue();
    assertThat(second.add(-4)).isTrue();
    first.close();
    first.close();

    assertThat(first.add(1)).isFalse();
    assertThat(second.add(10)).isTrue();
  }
}
