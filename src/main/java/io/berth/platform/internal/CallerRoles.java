package io.berth.platform.internal;

import jakarta.annotation.security.RolesAllowed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/** Says in each operation's description which roles may call it. */
final class CallerRoles {

  private static final DotName OPERATION =
      DotName.createSimple(org.eclipse.microprofile.openapi.annotations.Operation.class);
  private static final DotName ROLES = DotName.createSimple(RolesAllowed.class);

  private CallerRoles() {}

  static void complete(OpenAPI contract, IndexView index) {
    Map<String, String> roles = new HashMap<>();
    for (AnnotationInstance declared : index.getAnnotations(OPERATION)) {
      AnnotationValue id = declared.value("operationId");
      if (id != null && declared.target().kind() == AnnotationTarget.Kind.METHOD) {
        roles.put(id.asString(), rolesOf(declared.target().asMethod()));
      }
    }
    contract.getPaths().getPathItems().values().stream()
        .flatMap(item -> item.getOperations().values().stream())
        .forEach(operation ->
            describe(
                operation,
                Objects.requireNonNull(
                    roles.get(operation.getOperationId()),
                    "every operation has an id of its own")));
  }

  private static String rolesOf(MethodInfo method) {
    AnnotationInstance allowed = method.declaredAnnotation(ROLES);
    if (allowed == null) {
      allowed = method.declaringClass().declaredAnnotation(ROLES);
    }
    if (allowed == null) {
      return "For every role.";
    }
    String[] names = allowed.value().asStringArray();
    return Arrays.stream(names)
        .map(role -> "`" + role + "`")
        .collect(
            Collectors.joining(", ", names.length == 1 ? "For the role " : "For the roles ", "."));
  }

  private static void describe(Operation operation, String roles) {
    String own = operation.getDescription();
    operation.setDescription(own == null ? roles : own + "\n\n" + roles);
  }
}
