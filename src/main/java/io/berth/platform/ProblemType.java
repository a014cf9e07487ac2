package io.berth.platform;

/**
 * Every kind of problem that the API answers with (RFC 9457). The code is stable: clients may
 * branch on it; titles and details are for people.
 */
public enum ProblemType {
  /** The request cannot be read, or a value in it is not of its type or range. */
  MALFORMED(400, "malformed-request", "The request cannot be read as it is"),
  /** No token, or one that is not accepted. */
  UNAUTHENTICATED(401, "unauthenticated", "A valid bearer token is needed"),
  /** The caller's roles do not allow this. */
  FORBIDDEN(403, "forbidden", "Not allowed for this caller"),
  /** There is no such thing, or it belongs to somebody else. */
  NOT_FOUND(404, "not-found", "There is no such resource"),
  /** The path exists, this method on it does not. */
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "This method is not offered here"),
  /** No representation that the caller accepts. */
  NOT_ACCEPTABLE(406, "not-acceptable", "Only application/json is offered here"),
  /** What the resource's state does not allow. */
  CONFLICT(409, "conflict", "The resource's state does not allow this"),
  /** The capacity asked for is not there, or was taken a moment ago. */
  CAPACITY_UNAVAILABLE(409, "capacity-unavailable", "The capacity is not available"),
  /** The pool's devices are not known to be what it is listed as. */
  POOL_NOT_VERIFIED(409, "pool-not-verified", "The node pool is not verified"),
  /** A request with this idempotency key is being worked on. */
  IDEMPOTENCY_IN_FLIGHT(409, "idempotency-in-flight", "The same request is still being worked on"),
  /** The resource has changed since the caller read it. */
  PRECONDITION_FAILED(412, "precondition-failed", "The resource has changed meanwhile"),
  /** The body is larger than accepted. */
  PAYLOAD_TOO_LARGE(413, "payload-too-large", "The request body is too large"),
  /** The body is not of a type that is accepted, which mostly is JSON alone. */
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "This media type is not accepted here"),
  /** Readable, but it makes no sense as a whole. */
  UNPROCESSABLE(422, "unprocessable", "The request makes no sense as a whole"),
  /** The key was used for another request. */
  IDEMPOTENCY_MISMATCH(
      422, "idempotency-mismatch", "This idempotency key belongs to another request"),
  /** A rule stands against it. */
  POLICY_REFUSED(422, "policy-refused", "Policy does not permit this"),
  /** The account does not hold enough. */
  INSUFFICIENT_FUNDS(422, "insufficient-funds", "The account does not hold enough"),
  /** The organization allows itself less. */
  SPEND_LIMIT_EXCEEDED(422, "spend-limit-exceeded", "Your organization allows itself less"),
  /** A change without {@code If-Match}. */
  PRECONDITION_REQUIRED(428, "precondition-required", "Send If-Match with the ETag that you read"),
  /** Too much of something; try again later. */
  TOO_MANY_REQUESTS(429, "too-many-requests", "Too many requests"),
  /** A bug or a broken part; the trace id finds it in the log. */
  INTERNAL(500, "internal", "Something went wrong on our side"),
  /** A part that is needed does not answer; try again later. */
  UNAVAILABLE(503, "unavailable", "Not available at the moment");

  private final int status;
  private final String code;
  private final String title;

  ProblemType(int status, String code, String title) {
    this.status = status;
    this.code = code;
    this.title = title;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The stable code, also the end of the type URI. */
  public String code() {
    return code;
  }

  /** A short text for people, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** The type URI. */
  public String uri() {
    return "urn:berth:problem:" + code;
  }
}
