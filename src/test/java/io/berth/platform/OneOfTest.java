package io.berth.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneOfTest {

  @Test
  void hasAParameterForEachOfAFewValues() {
    assertThat(OneOf.of("o.id", List.of("a", "b")))
        .isEqualTo(new OneOf("o.id in (:value0, :value1)", Map.of("value0", "a", "value1", "b")));
  }

  @Test
  void fillsUpWithTheLastValueSoThatThereAreFewQueries() {
    OneOf three = OneOf.of("o.id", List.of("a", "b", "c"));

    assertThat(three.condition()).isEqualTo(OneOf.of("o.id", List.of(1, 2, 3, 4)).condition());
    assertThat(three.parameters().values()).containsExactlyInAnyOrder("a", "b", "c", "c");
  }

  @Test
  void takesManyValuesAsOneList() {
    List<Integer> many = IntStream.range(0, 17).boxed().toList();

    assertThat(OneOf.of("id", many)).isEqualTo(new OneOf("id in :values", Map.of("values", many)));
    assertThat(OneOf.of("id", Collections.nCopies(16, 1)).parameters()).hasSize(16);
  }
}
