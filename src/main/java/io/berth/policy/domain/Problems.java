package io.berth.policy.domain;

import io.berth.policy.InvalidPackException;
import io.berth.policy.PackProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a pack, so that its author learns all of it at once. */
final class Problems {

  private final List<PackProblem> found = new ArrayList<>();

  void add(Position position, String message) {
    if (found.size() < PackLimits.PROBLEMS_MAX) {
      found.add(new PackProblem(position.line(), position.column(), message));
    }
  }

  /** Throws {@link InvalidPackException} where there are any. */
  void refuseIfAny() {
    if (!found.isEmpty()) {
      found.sort(Comparator.comparingInt(PackProblem::line).thenComparingInt(PackProblem::column));
      throw new InvalidPackException(found);
    }
  }
}
