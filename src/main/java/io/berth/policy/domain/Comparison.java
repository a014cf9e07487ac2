package io.berth.policy.domain;

import java.math.BigDecimal;

/** What conditions may ask of a figure: true, false, or unknown where it straddles the bound. */
enum Comparison {
  AT_LEAST("atLeast") {
    @Override
    Object apply(NamedFigure figure, BigDecimal bound) {
      return figure.answer(figure.min().compareTo(bound) >= 0, figure.max().compareTo(bound) < 0);
    }
  },
  AT_MOST("atMost") {
    @Override
    Object apply(NamedFigure figure, BigDecimal bound) {
      return figure.answer(figure.max().compareTo(bound) <= 0, figure.min().compareTo(bound) > 0);
    }
  },
  ABOVE("above") {
    @Override
    Object apply(NamedFigure figure, BigDecimal bound) {
      return figure.answer(figure.min().compareTo(bound) > 0, figure.max().compareTo(bound) <= 0);
    }
  },
  BELOW("below") {
    @Override
    Object apply(NamedFigure figure, BigDecimal bound) {
      return figure.answer(figure.max().compareTo(bound) < 0, figure.min().compareTo(bound) >= 0);
    }
  };

  private final String function;

  Comparison(String function) {
    this.function = function;
  }

  /** Its name in conditions. */
  String function() {
    return function;
  }

  /** A {@code Boolean}, or CEL's set of unknowns. */
  abstract Object apply(NamedFigure figure, BigDecimal bound);
}
