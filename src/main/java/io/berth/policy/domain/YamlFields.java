package io.berth.policy.domain;

import io.berth.policy.domain.PackDocument.Located;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The fields of one YAML mapping. Whatever does not fit is reported and replaced by something
 * harmless, so that reading can go on and find the next problem.
 */
final class YamlFields {

  private final Problems problems;
  private final Position position;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Position> keys = new LinkedHashMap<>();

  /** Any keys at all. */
  YamlFields(Problems problems, Node node) {
    this.problems = problems;
    this.position = Position.of(node.getStartMark());
    if (!(node instanceof MappingNode mapping)) {
      problems.add(position, "expected a mapping of fields");
      return;
    }
    for (NodeTuple field : mapping.getValue()) {
      Position at = Position.of(field.getKeyNode().getStartMark());
      if (!(field.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at, "expected a field's name");
      } else if (values.putIfAbsent(key.getValue(), field.getValueNode()) != null) {
        problems.add(at, "the field " + key.getValue() + " is given twice");
      } else {
        keys.put(key.getValue(), at);
      }
    }
  }

  /** Only these keys. */
  YamlFields(Problems problems, Node node, Set<String> allowed) {
    this(problems, node);
    keys.forEach((key, at) -> {
      if (!allowed.contains(key)) {
        problems.add(
            at, "unknown field " + key + "; the fields here are " + new TreeSet<>(allowed));
      }
    });
  }

  Position position() {
    return position;
  }

  Set<String> names() {
    return keys.keySet();
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Position positionOf(String name) {
    Node node = values.get(name);
    return node == null ? position : Position.of(node.getStartMark());
  }

  Position positionOfKey(String name) {
    return keys.getOrDefault(name, position);
  }

  @Nullable Node node(String name) {
    return values.get(name);
  }

  /** The text of a required field. */
  String prose(String name) {
    return text(name, PackLimits.PROSE_CHARACTERS_MAX);
  }

  /** A required name of the given form. */
  Located name(String name, Pattern form) {
    String text = text(name, PackLimits.NAME_CHARACTERS_MAX);
    if (!text.isEmpty() && !form.matcher(text).matches()) {
      problems.add(positionOf(name), name + " must match " + form);
    }
    return new Located(text, positionOf(name));
  }

  /** A required constant, lower or upper case as the pack writes such constants. */
  <E extends Enum<E>> E constant(String name, Class<E> type, boolean lowerCase) {
    E[] constants = type.getEnumConstants();
    String text = text(name, PackLimits.NAME_CHARACTERS_MAX);
    List<String> allowed = new ArrayList<>();
    for (E constant : constants) {
      String wire = lowerCase ? constant.name().toLowerCase(Locale.ROOT) : constant.name();
      if (wire.equals(text)) {
        return constant;
      }
      allowed.add(wire);
    }
    if (!text.isEmpty()) {
      problems.add(positionOf(name), name + " must be one of " + allowed);
    }
    return constants[0];
  }

  /** An optional date, which stands for its first moment in UTC, or moment. */
  @Nullable Instant moment(String name) {
    if (!has(name)) {
      return null;
    }
    String text = text(name, PackLimits.NAME_CHARACTERS_MAX);
    if (text.isEmpty()) {
      return null;
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      problems.add(
          positionOf(name), name + " must be a date such as 2025-05-13 or a moment in UTC");
      return null;
    }
  }

  /** The items of a sequence; none where the field is absent. */
  List<Node> items(String name, int countMax) {
    Node node = values.get(name);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problems.add(positionOf(name), name + " must be a list");
      return List.of();
    }
    List<Node> items = sequence.getValue();
    if (items.size() > countMax) {
      problems.add(positionOf(name), name + " has more than " + countMax + " items");
      return items.subList(0, countMax);
    }
    return items;
  }

  /** The items of a sequence of texts; none where the field is absent. */
  List<Located> texts(String name, int countMax) {
    List<Located> texts = new ArrayList<>();
    for (Node item : items(name, countMax)) {
      Position at = Position.of(item.getStartMark());
      if (item instanceof ScalarNode scalar) {
        texts.add(new Located(scalar.getValue(), at));
      } else {
        problems.add(at, "expected text");
      }
    }
    return texts;
  }

  /** A required scalar, or null after reporting that there is none. */
  @Nullable ScalarNode scalar(String name) {
    Node node = values.get(name);
    if (node == null) {
      problems.add(position, "the field " + name + " is missing");
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(positionOf(name), name + " must be text");
      return null;
    }
    if (scalar.getValue().isBlank()) {
      problems.add(positionOf(name), name + " must not be blank");
      return null;
    }
    return scalar;
  }

  private String text(String name, int charactersMax) {
    ScalarNode scalar = scalar(name);
    if (scalar == null) {
      return "";
    }
    if (scalar.getValue().length() > charactersMax) {
      problems.add(positionOf(name), name + " is longer than " + charactersMax + " characters");
      return "";
    }
    return scalar.getValue().strip();
  }
}
