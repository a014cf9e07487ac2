package io.berth.platform.internal;

import io.berth.platform.PageRequest;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Describes once what many operations have in common: pages, headers, ids in paths. */
final class CommonForms {

  static final String IF_MATCH = "If-Match";
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String PARAMETERS = "#/components/parameters/";
  private static final String HEADERS = "#/components/headers/";
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String LOCATION = "Location";
  private static final String ETAG = "ETag";
  private static final int KEY_LENGTH_MAX = 128;

  /** Component by the name that the parameter has on the wire. */
  private static final Map<String, String> SHARED =
      Map.of(
          "pageSize",
          "PageSize",
          "pageToken",
          "PageToken",
          IF_MATCH,
          "IfMatch",
          IDEMPOTENCY_KEY,
          "IdempotencyKey");

  private CommonForms() {}

  static void complete(OpenAPI contract) {
    Components components = contract.getComponents();
    components
        .addParameter(
            "PageSize",
            parameter("pageSize", In.QUERY, "The most items that a page holds.")
                .schema(
                    OASFactory.createSchema()
                        .addType(SchemaType.INTEGER)
                        .format("int32")
                        .minimum(BigDecimal.ONE)
                        .maximum(BigDecimal.valueOf(PageRequest.SIZE_MAX))
                        .defaultValue(PageRequest.SIZE_DEFAULT)))
        .addParameter(
            "PageToken",
            parameter(
                    "pageToken",
                    In.QUERY,
                    "`nextPageToken` of the page before, with the same filters; absent for the"
                        + " first page.")
                .schema(OASFactory.createSchema().addType(SchemaType.STRING)))
        .addParameter(
            "IfMatch",
            parameter(IF_MATCH, In.HEADER, "The `ETag` of the resource as it was read.")
                .required(true)
                .schema(OASFactory.createSchema().addType(SchemaType.STRING))
                .example("\"3\""))
        .addParameter(
            "IdempotencyKey",
            parameter(
                    IDEMPOTENCY_KEY,
                    In.HEADER,
                    "A new one for each new request, a UUID, say; the same one to repeat a request"
                        + " and get the same answer.")
                .required(true)
                .schema(
                    OASFactory.createSchema()
                        .addType(SchemaType.STRING)
                        .minLength(1)
                        .maxLength(KEY_LENGTH_MAX))
                .example("0b9f6c1e-6f0e-4a57-9d3c-6a4f0f7c2b11"))
        .addHeader(
            LOCATION,
            header(
                "Where the resource can be read.", "/v1/leases/lease_agrat33sbz5qrjcxoull2v3hva"))
        .addHeader(ETAG, header("The resource's version, for `If-Match`.", "\"3\""));
    for (PathItem item : contract.getPaths().getPathItems().values()) {
      boolean isVersioned =
          item.getOperations().values().stream().anyMatch(one -> has(one, IF_MATCH));
      item.getOperations()
          .forEach((method, operation) ->
              complete(operation, isVersioned && method == PathItem.HttpMethod.GET, components));
    }
  }

  static boolean has(Operation operation, String header) {
    return operation.getParameters() != null
        && operation.getParameters().stream()
            .anyMatch(parameter ->
                header.equals(parameter.getName())
                    || (PARAMETERS + SHARED.get(header)).equals(parameter.getRef()));
  }

  private static void complete(Operation operation, boolean readsVersion, Components components) {
    boolean isIdempotent = has(operation, IDEMPOTENCY_KEY);
    boolean answersVersion = readsVersion || isIdempotent || has(operation, IF_MATCH);
    if (operation.getParameters() != null) {
      operation.setParameters(
          operation.getParameters().stream().map(one -> shared(one, components)).toList());
    }
    operation
        .getResponses()
        .getAPIResponses()
        .forEach((status, answer) -> {
          if (status.startsWith("2")) {
            Map<String, Header> headers = new LinkedHashMap<>();
            if (status.equals("201")) {
              headers.put(LOCATION, OASFactory.createHeader().ref(HEADERS + LOCATION));
            }
            if (answersVersion || declares(answer, ETAG)) {
              headers.put(ETAG, OASFactory.createHeader().ref(HEADERS + ETAG));
            }
            if (!headers.isEmpty()) {
              answer.setHeaders(headers);
            }
          }
        });
  }

  private static boolean declares(APIResponse answer, String header) {
    return answer.getHeaders() != null && answer.getHeaders().containsKey(header);
  }

  private static Parameter shared(Parameter parameter, Components components) {
    String name = SHARED.get(parameter.getName());
    if (name != null) {
      return OASFactory.createParameter().ref(PARAMETERS + name);
    }
    Schema schema = parameter.getSchema();
    if (parameter.getDescription() == null && schema != null && schema.getRef() != null) {
      parameter.setDescription(
          Objects.requireNonNull(
                      components.getSchemas().get(schema.getRef().substring(SCHEMAS.length())),
                      schema.getRef())
                  .getDescription()
              + ".");
    }
    return parameter;
  }

  private static Parameter parameter(String name, In in, String description) {
    return OASFactory.createParameter().name(name).in(in).description(description);
  }

  private static Header header(String description, String example) {
    return OASFactory.createHeader()
        .description(description)
        .schema(OASFactory.createSchema().addType(SchemaType.STRING))
        .example(example);
  }
}
