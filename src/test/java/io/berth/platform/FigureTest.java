package io.berth.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FigureTest {

  @Test
  void readsWhatSourcesAgreeOnAndWhatTheyDoNot() {
    assertThat(Figure.parse(" 19.45 ")).isEqualTo(Figure.exact(new BigDecimal("19.45")));
    assertThat(Figure.parse("5008-6624"))
        .isEqualTo(Figure.of(BigDecimal.valueOf(5008), BigDecimal.valueOf(6624)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "1840?", "1840-1900?"})
  void takesBlankAndDoubtfulFiguresAsUnknown(String text) {
    assertThat(Figure.parse(text)).isEqualTo(Figure.unknown());
    assertThat(Figure.parse(text).isKnown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"about 5", "-4", "6624-5008", "5-", "1e99999999", "?", "0x10"})
  void refusesWhatIsNoFigure(String text) {
    assertThatThrownBy(() -> Figure.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesHalfABound() {
    assertThatThrownBy(() -> new Figure(BigDecimal.ONE, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void travelsAsItsTwoBounds() throws Exception {
    ObjectMapper json = new ObjectMapper();

    String wire = json.writeValueAsString(Figure.parse("5008-6624"));

    assertThat(wire).isEqualTo("{\"min\":5008,\"max\":6624}");
    assertThat(json.readValue(wire, Figure.class)).isEqualTo(Figure.parse("5008-6624"));
  }
}
