package io.berth.platform.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/** Says in words how a type stands on the wire, for those who sent something else. */
final class WireForms {

  private WireForms() {}

  /** The form, such as {@code a whole number in range}; empty where there is nothing to say. */
  static String of(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + Arrays.stream(type.getEnumConstants()).map(WireForms::constant).toList();
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    return switch (type.getSimpleName()) {
      case "int", "long", "Integer", "Long" -> "a whole number in range";
      case "boolean", "Boolean" -> "true or false";
      case "double", "Double", "BigDecimal" -> "a number";
      case "String" -> "a text";
      case "Instant" -> "a time in RFC 3339, such as 2026-11-01T00:00:00Z";
      case "Duration" -> "a duration in ISO 8601, such as PT24H";
      default -> type.isRecord() || Map.class.isAssignableFrom(type) ? "an object" : "";
    };
  }

  /** An enum's constant as Jackson writes it. */
  private static String constant(Object constant) {
    Class<?> type = ((Enum<?>) constant).getDeclaringClass();
    try {
      for (Method method : type.getMethods()) {
        if (method.isAnnotationPresent(JsonValue.class) && method.trySetAccessible()) {
          return String.valueOf(method.invoke(constant));
        }
      }
      var name = type.getField(((Enum<?>) constant).name());
      var property = name.getAnnotation(JsonProperty.class);
      return property == null ? name.getName() : property.value();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read the names of " + type, e);
    }
  }
}
