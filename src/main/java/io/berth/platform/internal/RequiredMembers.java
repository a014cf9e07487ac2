package io.berth.platform.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/**
 * Lists in each schema the members that are always there: what a record declares without {@link
 * Nullable}, which the compiler holds to be never null, is always written, and has to be given; but
 * for lists that are left out where they are empty.
 */
final class RequiredMembers {

  private static final DotName SCHEMA =
      DotName.createSimple(org.eclipse.microprofile.openapi.annotations.media.Schema.class);
  private static final DotName JSON_INCLUDE = DotName.createSimple(JsonInclude.class);
  private static final DotName NULLABLE = DotName.createSimple(Nullable.class);

  private RequiredMembers() {}

  static void complete(OpenAPI contract, IndexView index) {
    Map<String, List<ClassInfo>> records =
        index.getKnownClasses().stream()
            .filter(found -> found.isRecord() && found.declaredAnnotation(SCHEMA) != null)
            .collect(Collectors.groupingBy(RequiredMembers::schemaName));
    contract
        .getComponents()
        .getSchemas()
        .forEach((name, schema) -> {
          if (schema.getProperties() != null) {
            records.getOrDefault(name, List.of()).stream()
                .filter(record -> names(record).containsAll(schema.getProperties().keySet()))
                .findFirst()
                .ifPresent(record -> require(schema, record));
          }
        });
  }

  private static String schemaName(ClassInfo record) {
    AnnotationInstance declared = record.declaredAnnotation(SCHEMA);
    return declared.value("name") == null ? record.simpleName() : declared.value("name").asString();
  }

  private static Set<String> names(ClassInfo record) {
    return record.recordComponents().stream()
        .map(RecordComponentInfo::name)
        .collect(Collectors.toSet());
  }

  private static void require(Schema schema, ClassInfo record) {
    Collection<String> before = schema.getRequired() == null ? List.of() : schema.getRequired();
    Set<String> always =
        record.recordComponents().stream()
            .filter(component ->
                !component.type().hasAnnotation(NULLABLE)
                    && !isLeftOutWhereEmpty(record, component.name()))
            .map(RecordComponentInfo::name)
            .collect(Collectors.toSet());
    List<String> required = new ArrayList<>();
    for (String name : schema.getProperties().keySet()) {
      if (always.contains(name) || before.contains(name)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.setRequired(required);
    }
  }

  private static boolean isLeftOutWhereEmpty(ClassInfo record, String name) {
    // The annotation cannot stand on a component: the compiler puts it on the field.
    AnnotationInstance include = record.field(name).declaredAnnotation(JSON_INCLUDE);
    return include != null
        && include.value() != null
        && include.value().asEnum().equals(JsonInclude.Include.NON_EMPTY.name());
  }
}
