package io.berth.sandbox.cluster;

/** The API's refusal of a request, worded as Kubernetes words it in a {@code Status}. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  private Refusal(int code, String reason, String message) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message);
  }

  static Refusal unauthorized() {
    return new Refusal(401, "Unauthorized", "Unauthorized");
  }

  static Refusal forbidden(String message) {
    return new Refusal(403, "Forbidden", message);
  }

  static Refusal notFound(String message) {
    return new Refusal(404, "NotFound", message);
  }

  static Refusal methodNotAllowed() {
    return new Refusal(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  static Refusal invalid(String message) {
    return new Refusal(422, "Invalid", message);
  }

  int code() {
    return code;
  }

  String reason() {
    return reason;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
