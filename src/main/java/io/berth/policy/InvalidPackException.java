package io.berth.policy;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A pack was refused whole; the problems say why. */
public final class InvalidPackException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient List<PackProblem> problems;

  /** With at least one problem, in the order of the text. */
  public InvalidPackException(List<PackProblem> problems) {
    super(problems.stream().map(PackProblem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** Everything found wrong, in the order of the text, up to a bound. */
  public List<PackProblem> problems() {
    return problems;
  }
}
