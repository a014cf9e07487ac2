package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotsTest {

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{[0,1)}", "{[0,8)}", "{[0,3),[5,6)}", "{[1,2),[3,4),[7,100)}"})
  void readsWhatItWrites(String multirange) {
    assertThat(Slots.parse(multirange).toMultirange()).isEqualTo(multirange);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[0,1)",
        "{[0,1]}",
        "{[0,1)",
        "{[0,1);[2,3)}",
        "{[0,1)[2,3)}",
        "{[0,1),}",
        "{[0,1)}x",
        "{x[0,1)}",
        "{[0)}",
        "{[,1)}",
        "{[0,)}",
        "{[-1,1)}",
        "{[3,1)}",
        "{[0,99999999999)}"
      })
  void refusesWhatIsNoMultirange(String text) {
    assertThatThrownBy(() -> Slots.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheLowest() {
    assertThat(Slots.parse("{[1,3),[5,9)}").lowest(3)).isEqualTo(Slots.parse("{[1,3),[5,6)}"));
  }

  @Test
  void refusesToTakeMoreThanThereAre() {
    assertThatThrownBy(() -> Slots.first(2).lowest(3)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void addsAndTakesAway() {
    Slots left = Slots.first(8).minus(Slots.parse("{[2,4)}"));
    assertThat(left.count()).isEqualTo(6);
    assertThat(left.intersects(Slots.parse("{[2,4)}"))).isFalse();
    assertThat(left.plus(Slots.parse("{[2,4)}"))).isEqualTo(Slots.first(8));
  }
}
