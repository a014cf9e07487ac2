package io.berth.platform;

import io.berth.platform.Problem.FieldError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An expected refusal on its way to the caller, where it becomes problem details. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient List<FieldError> errors = new ArrayList<>();
  private final transient Map<String, Object> extensions = new LinkedHashMap<>();
  private @Nullable Duration retryAfter;

  /** A refusal of that kind; {@code detail} says what is wrong and what to do about it. */
  public ProblemException(ProblemType type, String detail) {
    // No stack trace: this is an answer, not a failure.
    super(detail, null, false, false);
    this.type = type;
  }

  /** 404, the same for what does not exist and for what is somebody else's. */
  public static ProblemException notFound(String what, Object id) {
    return new ProblemException(ProblemType.NOT_FOUND, "There is no " + what + " " + id + ".");
  }

  /** 422 at one place of the body. */
  public static ProblemException unprocessable(String pointer, String detail) {
    return new ProblemException(ProblemType.UNPROCESSABLE, detail).at(pointer, detail);
  }

  /** 400 at one place of the request. */
  public static ProblemException malformed(String pointer, String detail) {
    return new ProblemException(ProblemType.MALFORMED, detail).at(pointer, detail);
  }

  /** 409. */
  public static ProblemException conflict(String detail) {
    return new ProblemException(ProblemType.CONFLICT, detail);
  }

  /** Names a place at fault, as in {@link FieldError}. */
  public ProblemException at(String pointer, String detail) {
    errors.add(new FieldError(pointer, detail));
    return this;
  }

  /** Names a place at fault in a body that is text; lines and columns count from 1. */
  public ProblemException at(int line, int column, String detail) {
    errors.add(new FieldError("", detail, line, column));
    return this;
  }

  /** Adds a member to the problem details. */
  public ProblemException with(String member, Object value) {
    extensions.put(member, value);
    return this;
  }

  /** Says when to try again. */
  public ProblemException retryAfter(Duration delay) {
    retryAfter = delay;
    return this;
  }

  /** What is wrong this time and what to do. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The kind. */
  public ProblemType type() {
    return type;
  }

  /** The places at fault. */
  public List<FieldError> errors() {
    return List.copyOf(errors);
  }

  /** Further members. */
  public Map<String, Object> extensions() {
    return Map.copyOf(extensions);
  }

  /** When to try again. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
