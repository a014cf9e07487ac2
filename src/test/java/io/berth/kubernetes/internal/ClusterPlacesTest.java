package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterId;
import org.junit.jupiter.api.Test;

class ClusterPlacesTest {

  private final ClusterId slow = ClusterId.fresh();
  private final ClusterId other = ClusterId.fresh();

  @Test
  void leavesPlacesForOtherClusters() {
    ClusterPlaces places = new ClusterPlaces(3, 2);

    assertThat(places.take(slow)).isTrue();
    assertThat(places.take(slow)).isTrue();
    assertThat(places.take(slow)).isFalse();
    assertThat(places.take(other)).isTrue();
    assertThat(places.take(ClusterId.fresh())).isFalse();
    places.giveBack(slow);
    assertThat(places.take(slow)).isTrue();
  }
}
