package io.berth.platform.internal;

import io.berth.platform.Problem;
import io.berth.platform.ProblemType;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the contract what every operation may answer, so that operations declare only what is
 * their own. An error that an operation does declare needs no more than status and description: the
 * problem details are added here.
 */
@OpenApiFilter(stages = RunStage.BUILD)
public class CommonAnswers implements OASFilter {

  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final String PLACE = "#/components/schemas/FieldError";
  private static final String IF_MATCH = "If-Match";
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Set<String> FRAMEWORKS_OWN =
      Set.of("Bad Request", "Not Authorized", "Not Allowed");
  private static final int ERROR_STATUS_MIN = 400;

  @Override
  public void filterOpenAPI(OpenAPI contract) {
    if (contract.getPaths() == null || contract.getPaths().getPathItems() == null) {
      return;
    }
    if (contract.getComponents() == null) {
      contract.setComponents(OASFactory.createComponents());
    }
    // In place of what the scanner may have made of the records, which lacks examples and bounds.
    contract
        .getComponents()
        .addSchema("Problem", problemSchema())
        .addSchema("FieldError", placeSchema());
    contract
        .getPaths()
        .getPathItems()
        .forEach((path, item) ->
            item.getOperations().values().forEach(operation -> complete(path, operation)));
  }

  private static void complete(String path, Operation operation) {
    if (operation.getResponses() == null) {
      operation.setResponses(OASFactory.createAPIResponses());
    }
    APIResponses answers = operation.getResponses();
    add(answers, ProblemType.MALFORMED);
    add(answers, ProblemType.UNAUTHENTICATED);
    add(answers, ProblemType.FORBIDDEN);
    if (path.contains("{")) {
      add(answers, ProblemType.NOT_FOUND);
    }
    add(answers, ProblemType.NOT_ACCEPTABLE);
    if (operation.getRequestBody() != null) {
      add(answers, ProblemType.PAYLOAD_TOO_LARGE);
      add(answers, ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }
    if (hasHeader(operation, IF_MATCH)) {
      add(answers, ProblemType.PRECONDITION_FAILED);
      add(answers, ProblemType.PRECONDITION_REQUIRED);
    }
    if (hasHeader(operation, IDEMPOTENCY_KEY)) {
      add(answers, ProblemType.IDEMPOTENCY_IN_FLIGHT);
      add(answers, ProblemType.IDEMPOTENCY_MISMATCH);
    }
    add(answers, ProblemType.INTERNAL);
    Map<String, APIResponse> inOrder = new LinkedHashMap<>();
    answers.getAPIResponses().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(answer -> inOrder.put(answer.getKey(), withProblem(answer)));
    answers.setAPIResponses(inOrder);
  }

  private static boolean hasHeader(Operation operation, String name) {
    return operation.getParameters() != null
        && operation.getParameters().stream()
            .anyMatch(parameter ->
                parameter.getIn() == Parameter.In.HEADER && name.equals(parameter.getName()));
  }

  private static void add(APIResponses answers, ProblemType type) {
    String status = Integer.toString(type.status());
    APIResponse declared = answers.getAPIResponse(status);
    if (declared == null) {
      answers.addAPIResponse(status, OASFactory.createAPIResponse().description(type.title()));
    } else if (declared.getContent() == null && isFrameworksOwn(declared.getDescription())) {
      declared.setDescription(type.title());
    }
  }

  /** What Quarkus writes by itself says less than our own titles. */
  private static boolean isFrameworksOwn(@Nullable String description) {
    return description != null && FRAMEWORKS_OWN.contains(description);
  }

  private static APIResponse withProblem(Map.Entry<String, APIResponse> answer) {
    boolean isError =
        answer.getKey().matches("\\d{3}") && Integer.parseInt(answer.getKey()) >= ERROR_STATUS_MIN;
    if (isError && answer.getValue().getContent() == null && answer.getValue().getRef() == null) {
      MediaType problem =
          OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM));
      answer
          .getValue()
          .setContent(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, problem));
    }
    return answer.getValue();
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
                .items(OASFactory.createSchema().ref(PLACE)))
        .addProperty(
            "traceId", text("Finds this occurrence in the log", "5f0c2a5b8e5f4c0f9d4b7f2e6a1c3d90"))
        .required(List.of("type", "title", "status", "code", "detail", "traceId"));
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
