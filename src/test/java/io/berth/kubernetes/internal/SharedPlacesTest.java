package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedPlacesTest {

  private final SharedPlaces<String> places = new SharedPlaces<>(3, 2);

  @Test
  void leavesPlacesToOthers() {
    assertThat(places.take("slow")).isTrue();
    assertThat(places.take("slow")).isTrue();
    assertThat(places.take("slow")).isFalse();
    assertThat(places.take("other")).isTrue();
    assertThat(places.take("third")).isFalse();

    places.giveBack("slow");

    assertThat(places.take("third")).isTrue();
    assertThat(places.take("slow")).isFalse();
    places.giveBack("third");
    assertThat(places.take("slow")).isTrue();
  }
}
