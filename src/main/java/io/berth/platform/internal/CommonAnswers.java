package io.berth.platform.internal;

import io.berth.platform.Problem;
import io.berth.platform.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.examples.Example;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the contract what every operation may answer, so that operations declare only what is
 * their own. An error that an operation does declare needs no more than status and description: the
 * problem details and their examples are added here.
 */
final class CommonAnswers {

  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final String PLACE = "#/components/schemas/FieldError";
  private static final String EXAMPLES = "#/components/examples/";
  private static final String RESPONSES = "#/components/responses/";
  private static final Set<String> FRAMEWORKS_OWN =
      Set.of("Bad Request", "Not Authorized", "Not Allowed");
  private static final String TRACE_ID = "5f0c2a5b8e5f4c0f9d4b7f2e6a1c3d90";
  private static final int ERROR_STATUS_MIN = 400;

  /** Kinds of problem that any operation may answer with when the request is as it says. */
  private static final Set<ProblemType> PLAIN =
      EnumSet.of(
          ProblemType.MALFORMED,
          ProblemType.UNAUTHENTICATED,
          ProblemType.FORBIDDEN,
          ProblemType.NOT_FOUND,
          ProblemType.NOT_ACCEPTABLE,
          ProblemType.CONFLICT,
          ProblemType.PRECONDITION_FAILED,
          ProblemType.PAYLOAD_TOO_LARGE,
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          ProblemType.UNPROCESSABLE,
          ProblemType.PRECONDITION_REQUIRED,
          ProblemType.TOO_MANY_REQUESTS,
          ProblemType.INTERNAL,
          ProblemType.UNAVAILABLE);

  /** Kinds of problem of which operations have nothing of their own to say. */
  private static final Set<ProblemType> SHARED =
      EnumSet.of(
          ProblemType.MALFORMED,
          ProblemType.UNAUTHENTICATED,
          ProblemType.FORBIDDEN,
          ProblemType.NOT_FOUND,
          ProblemType.NOT_ACCEPTABLE,
          ProblemType.PRECONDITION_FAILED,
          ProblemType.PAYLOAD_TOO_LARGE,
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          ProblemType.PRECONDITION_REQUIRED,
          ProblemType.INTERNAL);

  private CommonAnswers() {}

  static void complete(OpenAPI contract) {
    Components components = contract.getComponents();
    // In place of what the scanner may have made of the records, which lacks examples and bounds.
    components.addSchema("Problem", problemSchema()).addSchema("FieldError", placeSchema());
    PLAIN.forEach(type -> components.addExample(type.code(), example(type)));
    List.of(ProblemType.IDEMPOTENCY_IN_FLIGHT, ProblemType.IDEMPOTENCY_MISMATCH)
        .forEach(type -> components.addExample(type.code(), example(type)));
    SHARED.forEach(type -> components.addResponse(type.code(), response(type)));
    contract
        .getPaths()
        .getPathItems()
        .forEach((path, item) ->
            item.getOperations().values().forEach(operation -> complete(path, operation)));
  }

  private static void complete(String path, Operation operation) {
    Set<ProblemType> common = EnumSet.of(ProblemType.MALFORMED);
    common.add(ProblemType.UNAUTHENTICATED);
    common.add(ProblemType.FORBIDDEN);
    common.add(ProblemType.NOT_ACCEPTABLE);
    common.add(ProblemType.INTERNAL);
    if (path.contains("{")) {
      common.add(ProblemType.NOT_FOUND);
    }
    if (operation.getRequestBody() != null) {
      common.add(ProblemType.PAYLOAD_TOO_LARGE);
      common.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }
    if (CommonForms.has(operation, CommonForms.IF_MATCH)) {
      common.add(ProblemType.PRECONDITION_FAILED);
      common.add(ProblemType.PRECONDITION_REQUIRED);
    }
    APIResponses answers = operation.getResponses();
    common.forEach(type -> add(answers, type));
    boolean isIdempotent = CommonForms.has(operation, CommonForms.IDEMPOTENCY_KEY);
    Map<String, APIResponse> inOrder = new LinkedHashMap<>();
    answers.getAPIResponses().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(answer ->
            inOrder.put(
                answer.getKey(), withProblem(answer.getKey(), answer.getValue(), isIdempotent)));
    answers.setAPIResponses(inOrder);
  }

  private static void add(APIResponses answers, ProblemType type) {
    String status = Integer.toString(type.status());
    APIResponse declared = answers.getAPIResponse(status);
    if (declared == null
        || (declared.getContent() == null && isFrameworksOwn(declared.getDescription()))) {
      answers.addAPIResponse(status, OASFactory.createAPIResponse().ref(RESPONSES + type.code()));
    }
  }

  /** What Quarkus writes by itself says less than our own titles. */
  private static boolean isFrameworksOwn(@Nullable String description) {
    return description != null && FRAMEWORKS_OWN.contains(description);
  }

  private static APIResponse withProblem(String status, APIResponse answer, boolean isIdempotent) {
    if (answer.getRef() != null || Integer.parseInt(status) < ERROR_STATUS_MIN) {
      return answer;
    }
    if (answer.getContent() == null) {
      answer.setContent(problem());
    }
    MediaType details = answer.getContent().getMediaType(Problem.MEDIA_TYPE);
    for (ProblemType type : ProblemType.values()) {
      boolean isOfKey =
          type == ProblemType.IDEMPOTENCY_IN_FLIGHT || type == ProblemType.IDEMPOTENCY_MISMATCH;
      if (Integer.toString(type.status()).equals(status)
          && (isOfKey ? isIdempotent : isPlainOf(details, type))) {
        details.addExample(type.code(), OASFactory.createExample().ref(EXAMPLES + type.code()));
      }
    }
    if (status.equals(Integer.toString(ProblemType.TOO_MANY_REQUESTS.status()))
        || status.equals(Integer.toString(ProblemType.UNAVAILABLE.status()))
        || (isIdempotent && status.equals(Integer.toString(ProblemType.CONFLICT.status())))) {
      answer.addHeader(
          HttpHeaders.RETRY_AFTER,
          OASFactory.createHeader()
              .description("After how many seconds to try again; absent where that cannot be told.")
              .schema(OASFactory.createSchema().addType(SchemaType.INTEGER)));
    }
    return answer;
  }

  /** An operation that gives conflicts of its own has no other. */
  private static boolean isPlainOf(MediaType details, ProblemType type) {
    return PLAIN.contains(type) && (type != ProblemType.CONFLICT || details.getExamples() == null);
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            Problem.MEDIA_TYPE,
            OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM)));
  }

  private static APIResponse response(ProblemType type) {
    APIResponse answer =
        OASFactory.createAPIResponse().description(type.title() + ".").content(problem());
    if (type == ProblemType.UNAUTHENTICATED) {
      answer.addHeader(
          HttpHeaders.WWW_AUTHENTICATE,
          OASFactory.createHeader()
              .description("How to say who calls.")
              .schema(OASFactory.createSchema().addType(SchemaType.STRING))
              .example("Bearer"));
    }
    answer
        .getContent()
        .getMediaType(Problem.MEDIA_TYPE)
        .addExample(type.code(), OASFactory.createExample().ref(EXAMPLES + type.code()));
    return answer;
  }

  private static Example example(ProblemType type) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", type.uri());
    problem.put("title", type.title());
    problem.put("status", type.status());
    problem.put("code", type.code());
    problem.put("detail", type.title() + ".");
    if (type == ProblemType.MALFORMED) {
      problem.put("detail", "The page size is out of range.");
      Map<String, Object> place = new LinkedHashMap<>();
      place.put("pointer", "?pageSize");
      place.put("detail", "pageSize must be from 1 to 200.");
      problem.put("errors", List.of(place));
    }
    problem.put("traceId", TRACE_ID);
    return OASFactory.createExample().summary(type.title()).value(problem);
  }

  private static Schema placeSchema() {
    return object()
        .description("A place in the request that is at fault")
        .addProperty(
            "pointer",
            text(
                "JSON pointer into the body (RFC 6901), ?name for a query parameter or"
                    + " header:Name",
                "/period/end"))
        .addProperty("detail", text("What is wrong there", "must not be null"))
        .addProperty("line", count("The line in a body that is text, from 1"))
        .addProperty("column", count("The column in a body that is text, from 1"))
        .required(List.of("pointer", "detail"));
  }

  private static Schema problemSchema() {
    String codes =
        Arrays.stream(ProblemType.values())
            .map(ProblemType::code)
            .collect(Collectors.joining(", "));
    return object()
        .description("Problem details (RFC 9457); some kinds of problem have further members")
        .addProperty(
            "type", text("Names the kind of problem", "urn:berth:problem:malformed-request"))
        .addProperty("title", text("The kind of problem, in words", ProblemType.MALFORMED.title()))
        .addProperty(
            "status",
            OASFactory.createSchema()
                .addType(SchemaType.INTEGER)
                .format("int32")
                .description("The HTTP status")
                .example(ProblemType.MALFORMED.status()))
        .addProperty(
            "code",
            text("The kind of problem, for programs; more may come: " + codes, "malformed-request"))
        .addProperty(
            "detail",
            text("What is wrong this time and what to do", "The field 'name' is missing."))
        .addProperty(
            "errors",
            OASFactory.createSchema()
                .addType(SchemaType.ARRAY)
                .description(
                    "The places in the request that are at fault; absent where there is none to name")
                .items(OASFactory.createSchema().ref(PLACE)))
        .addProperty("traceId", text("Finds this occurrence in the log", TRACE_ID))
        .required(List.of("type", "title", "status", "code", "detail", "traceId"));
  }

  private static Schema count(String description) {
    return OASFactory.createSchema()
        .addType(SchemaType.INTEGER)
        .format("int32")
        .description(description)
        .example(12);
  }

  private static Schema object() {
    return OASFactory.createSchema().addType(SchemaType.OBJECT);
  }

  private static Schema text(String description, String example) {
    return OASFactory.createSchema()
        .addType(SchemaType.STRING)
        .description(description)
        .example(example);
  }
}
