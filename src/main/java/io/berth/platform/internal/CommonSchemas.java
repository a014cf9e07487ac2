package io.berth.platform.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** Describes times once, and mends in schemas what the scanner cannot know. */
final class CommonSchemas {

  private static final String SCHEMAS = "#/components/schemas/";
  // What @NotBlank becomes is meant as it stands; what @Pattern becomes is meant for the whole
  // text.
  private static final Pattern MEANT_AS_IT_STANDS = Pattern.compile("\\\\S|\\^.*\\$");

  private final Map<String, Schema> schemas;

  private CommonSchemas(Map<String, Schema> schemas) {
    this.schemas = schemas;
  }

  static void complete(OpenAPI contract) {
    contract
        .getComponents()
        .addSchema(
            "Instant",
            text("A moment, RFC 3339 in UTC, to the microsecond", "2026-11-23T19:43:00Z")
                .format("date-time"))
        .addSchema(
            "Duration",
            text("ISO 8601, in days, hours, minutes and seconds", "PT4H").format("duration"));
    CommonSchemas all = new CommonSchemas(contract.getComponents().getSchemas());
    all.schemas.values().forEach(all::complete);
    contract.getPaths().getPathItems().values().stream()
        .flatMap(item -> item.getOperations().values().stream())
        .filter(operation -> operation.getParameters() != null)
        .flatMap(operation -> operation.getParameters().stream())
        .filter(parameter -> parameter.getSchema() != null)
        .forEach(parameter -> all.complete(parameter.getSchema()));
  }

  private void complete(Schema schema) {
    if (schema.getPattern() != null && !MEANT_AS_IT_STANDS.matcher(schema.getPattern()).matches()) {
      schema.setPattern("^(?:" + schema.getPattern() + ")$");
    }
    if (schema.getItems() != null) {
      complete(schema.getItems());
    }
    if (schema.getAdditionalPropertiesSchema() != null) {
      complete(schema.getAdditionalPropertiesSchema());
    }
    if (schema.getProperties() != null) {
      Map<String, Schema> members = new LinkedHashMap<>(schema.getProperties());
      members.replaceAll(this::member);
      schema.setProperties(members);
    }
  }

  private Schema member(String name, Schema member) {
    complete(member);
    if (name.equals("nextPageToken")) {
      member.setDescription("Send as `pageToken` for the next page; absent on the last.");
    } else if (name.equals("items") && member.getDescription() == null) {
      member.setDescription("What the page holds, in the order of the list.");
    }
    String ref = member.getRef();
    if (ref != null) {
      if (member.getDescription() == null
          && (member.getExamples() == null || member.getExamples().isEmpty())) {
        return OASFactory.createSchema().ref(ref);
      }
      // A member that is text in Java and an id on the wire would be said to be an object.
      member.setType(
          Objects.requireNonNull(schemas.get(ref.substring(SCHEMAS.length())), ref).getType());
    }
    return member;
  }

  private static Schema text(String description, String example) {
    return OASFactory.createSchema()
        .addType(SchemaType.STRING)
        .description(description)
        .example(example);
  }
}
