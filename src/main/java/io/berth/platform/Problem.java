package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of every error answer: problem details as in RFC 9457.
 *
 * @param type a URI that names the kind of problem
 * @param title the kind of problem, in words
 * @param status the HTTP status
 * @param code the kind of problem, for programs
 * @param detail what is wrong this time and what to do
 * @param errors the places in the request that are at fault
 * @param traceId finds this occurrence in the log
 * @param extensions further members by kind of problem
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({"type", "title", "status", "code", "detail", "errors"})
public record Problem(
    @Schema(examples = "urn:berth:problem:malformed-request") String type,
    String title,
    int status,
    @Schema(examples = "malformed-request") String code,
    String detail,
    List<FieldError> errors,
    String traceId,
    @JsonAnyGetter @Schema(hidden = true) Map<String, Object> extensions) {

  /** The media type of problem details. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** Copies the collections. */
  public Problem {
    errors = List.copyOf(errors);
    extensions = Map.copyOf(extensions);
  }

  /**
   * One place at fault.
   *
   * @param pointer a JSON pointer into the body (RFC 6901), or {@code ?name} for a query parameter,
   *     or {@code header:Name}
   * @param detail what is wrong there
   * @param line in a body that is text and not JSON, counted from 1
   * @param column likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FieldError(
      @Schema(examples = "/period/end") String pointer,
      String detail,
      @Nullable Integer line,
      @Nullable Integer column) {

    /** A place that the pointer alone names. */
    public FieldError(String pointer, String detail) {
      this(pointer, detail, null, null);
    }
  }
}
