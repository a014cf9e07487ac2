package io.berth.platform;

import org.jspecify.annotations.Nullable;

/** Conditional changes: a change names the version it was made against. */
public final class Preconditions {

  private Preconditions() {}

  /** The ETag of a version, quotes included. */
  public static String etag(long version) {
    return "\"" + version + "\"";
  }

  /**
   * Checks {@code If-Match}.
   *
   * @throws ProblemException 428 where the header is missing, 412 where the version is another
   */
  public static void requireMatch(@Nullable String ifMatch, long version) {
    if (ifMatch == null || ifMatch.isBlank()) {
      throw new ProblemException(
              ProblemType.PRECONDITION_REQUIRED,
              "Read the resource first and send its ETag as If-Match.")
          .at("header:If-Match", "missing");
    }
    if (!ifMatch.equals("*") && !ifMatch.equals(etag(version))) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED,
          "The resource is at version " + etag(version) + ": read it again and redo the change.");
    }
  }
}
