package io.berth.platform.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.berth.platform.Problem;
import io.berth.platform.Problem.FieldError;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** The one place where failures become answers (RFC 9457). */
public class ErrorAnswers {

  private static final Logger LOG = Logger.getLogger(ErrorAnswers.class);
  private static final Pattern MISSING =
      Pattern.compile("Missing (?:required )?creator property '([^']*)'");

  @ServerExceptionMapper
  Response refused(ProblemException refusal) {
    Response.ResponseBuilder answer =
        answer(refusal.type(), refusal.detail(), refusal.errors(), refusal.extensions());
    refusal
        .retryAfter()
        .ifPresent(delay -> answer.header(HttpHeaders.RETRY_AFTER, Math.max(1, delay.toSeconds())));
    return answer.build();
  }

  @ServerExceptionMapper
  Response unauthenticated(UnauthorizedException failure) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  Response unauthenticated(AuthenticationFailedException failure) {
    return unauthenticated();
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException failure) {
    return answer(
            ProblemType.FORBIDDEN,
            "None of the roles in the token allows this.",
            List.of(),
            Map.of())
        .build();
  }

  @ServerExceptionMapper
  Response invalid(ConstraintViolationException failure) {
    List<FieldError> errors =
        failure.getConstraintViolations().stream()
            .map(ErrorAnswers::fieldError)
            .sorted((a, b) -> a.pointer().compareTo(b.pointer()))
            .toList();
    return answer(
            ProblemType.MALFORMED,
            errors.size() == 1 ? sentence(errors.getFirst()) : errors.size() + " values are wrong.",
            errors,
            Map.of())
        .build();
  }

  @ServerExceptionMapper
  Response unreadable(JacksonException failure) {
    return unreadableJson(failure);
  }

  /** Jackson's own, which the framework would else answer with a mapper of its own. */
  @ServerExceptionMapper
  Response unreadable(MismatchedInputException failure) {
    return unreadableJson(failure);
  }

  @ServerExceptionMapper
  Response refusedByFramework(WebApplicationException failure) {
    if (failure.getCause() instanceof JacksonException unreadable) {
      return unreadableJson(unreadable);
    }
    int status = failure.getResponse().getStatus();
    ProblemType type =
        Arrays.stream(ProblemType.values())
            .filter(candidate -> candidate.status() == status)
            .findFirst()
            .orElse(status < 500 ? ProblemType.MALFORMED : ProblemType.INTERNAL);
    if (status >= 500) {
      return failed(failure);
    }
    return answer(
            type,
            type == ProblemType.NOT_FOUND
                ? "Nothing is at this path, or it is not yours to see."
                : type.title() + ".",
            List.of(),
            Map.of())
        .build();
  }

  @ServerExceptionMapper
  Response failed(Throwable failure) {
    Response answer =
        answer(
                ProblemType.INTERNAL,
                "The failure is logged under the trace id.",
                List.of(),
                Map.of())
            .build();
    LOG.errorf(failure, "A request failed: traceId=%s", ((Problem) answer.getEntity()).traceId());
    return answer;
  }

  private static Response unauthenticated() {
    return answer(
            ProblemType.UNAUTHENTICATED,
            "Send a token of the configured issuer as 'Authorization: Bearer …'; it may be missing,"
                + " expired or for another audience.",
            List.of(),
            Map.of())
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  private static Response unreadableJson(JacksonException failure) {
    String pointer = pointer(failure);
    String detail =
        switch (failure) {
          case UnrecognizedPropertyException unknown ->
              "There is no field '"
                  + unknown.getPropertyName()
                  + "' here; known are "
                  + unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList()
                  + ".";
          case InvalidFormatException format ->
              "'"
                  + bounded(String.valueOf(format.getValue()))
                  + "' is not "
                  + expected(format.getTargetType())
                  + ".";
          case MismatchedInputException mismatch -> mismatchDetail(mismatch);
          case JsonMappingException mapping when mapping.getCause() != null ->
              sentenceOf(mapping.getCause());
          default ->
              "The body is not valid JSON"
                  + (failure.getLocation() == null
                      ? "."
                      : " at line "
                          + failure.getLocation().getLineNr()
                          + ", column "
                          + failure.getLocation().getColumnNr()
                          + ".");
        };
    return answer(ProblemType.MALFORMED, detail, List.of(new FieldError(pointer, detail)), Map.of())
        .build();
  }

  private static String mismatchDetail(MismatchedInputException mismatch) {
    if (mismatch.getCause() != null && mismatch.getCause() != mismatch) {
      return sentenceOf(mismatch.getCause());
    }
    String message = mismatch.getOriginalMessage();
    Matcher missing = MISSING.matcher(String.valueOf(message));
    if (missing.lookingAt()) {
      return "The field '" + missing.group(1) + "' is missing.";
    }
    if (message != null && message.startsWith("No content")) {
      return "The body is empty; a JSON object is needed.";
    }
    return mismatch.getTargetType() == null
        ? "The value is not of the type that is needed here."
        : "Here " + expected(mismatch.getTargetType()) + " is needed.";
  }

  private static String sentenceOf(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? "The value is not valid here." : bounded(message);
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "of the type that is needed here";
    }
    String form = WireForms.of(type);
    return form.isEmpty() ? "a value of another form" : form;
  }

  private static String pointer(JacksonException failure) {
    if (!(failure instanceof JsonMappingException mapping)) {
      return "";
    }
    StringBuilder pointer = new StringBuilder();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      pointer
          .append('/')
          .append(step.getFieldName() == null ? step.getIndex() : escape(step.getFieldName()));
    }
    // The path ends at the object that lacks the field: point at where the field should stand.
    Matcher missing = MISSING.matcher(String.valueOf(mapping.getOriginalMessage()));
    if (missing.lookingAt()) {
      pointer.append('/').append(escape(missing.group(1)));
    }
    return pointer.toString();
  }

  private static FieldError fieldError(ConstraintViolation<?> violation) {
    StringBuilder pointer = new StringBuilder();
    String parameter = "";
    boolean inBody = false;
    List<Path.Node> nodes = new ArrayList<>();
    violation.getPropertyPath().forEach(nodes::add);
    for (Path.Node node : nodes) {
      if (node.getKind() == ElementKind.PARAMETER) {
        parameter = node.getName();
      } else if (node.getKind() == ElementKind.PROPERTY
          || node.getKind() == ElementKind.CONTAINER_ELEMENT) {
        inBody = true;
        if (node.getIndex() != null) {
          pointer.append('/').append(node.getIndex());
        } else if (node.getKey() != null) {
          pointer.append('/').append(escape(String.valueOf(node.getKey())));
        }
        if (node.getKind() == ElementKind.PROPERTY) {
          pointer.append('/').append(escape(node.getName()));
        }
      }
    }
    boolean isBody = inBody || parameter.equals("body");
    return new FieldError(isBody ? pointer.toString() : "?" + parameter, violation.getMessage());
  }

  private static String sentence(FieldError error) {
    return "The value at '" + error.pointer() + "' " + error.detail() + ".";
  }

  private static String escape(String name) {
    // RFC 6901: Jackson's JsonPointer does the escaping of ~ and /.
    return JsonPointer.empty().appendProperty(name).toString().substring(1);
  }

  private static String bounded(String text) {
    int lengthMax = 200;
    return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "…";
  }

  /** Problem details with a trace id of their own. */
  static Problem problem(ProblemType type, String detail) {
    return problem(type, detail, List.of(), Map.of());
  }

  private static Problem problem(
      ProblemType type, String detail, List<FieldError> errors, Map<String, Object> extensions) {
    return new Problem(
        type.uri(),
        type.title(),
        type.status(),
        type.code(),
        detail,
        errors,
        UUID.randomUUID().toString().replace("-", ""),
        extensions);
  }

  private static Response.ResponseBuilder answer(
      ProblemType type, String detail, List<FieldError> errors, Map<String, Object> extensions) {
    return Response.status(type.status())
        .type(Problem.MEDIA_TYPE)
        .entity(problem(type, detail, errors, extensions));
  }
}
