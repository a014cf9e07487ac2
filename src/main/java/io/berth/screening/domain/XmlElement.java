package io.berth.screening.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One record of an XML file, small enough to be held whole. */
final class XmlElement {

  private final String name;
  private final int line;
  private final int column;
  private final Map<String, String> attributes = new HashMap<>();
  private final List<XmlElement> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  XmlElement(String name, int line, int column) {
    this.name = name;
    this.line = line;
    this.column = column;
  }

  void attribute(String attribute, String value) {
    attributes.put(attribute, value);
  }

  void add(XmlElement child) {
    children.add(child);
  }

  StringBuilder text() {
    return text;
  }

  /** The local name. */
  String name() {
    return name;
  }

  /** An attribute without the spaces around it; empty where it is missing. */
  String attribute(String attribute) {
    return attributes.getOrDefault(attribute, "").strip();
  }

  /** An attribute that must be there. */
  String required(String attribute) {
    String value = attribute(attribute);
    if (value.isEmpty()) {
      throw refusal("<" + name + "> has no attribute '" + attribute + "'");
    }
    return value;
  }

  /** Its children of that name. */
  List<XmlElement> all(String child) {
    return children.stream().filter(one -> one.name.equals(child)).toList();
  }

  /** All its children. */
  List<XmlElement> children() {
    return children;
  }

  /** The first child of that name. */
  Optional<XmlElement> first(String child) {
    return children.stream().filter(one -> one.name.equals(child)).findFirst();
  }

  /** The text of a child; empty where there is none. */
  String textOf(String child) {
    return first(child).map(XmlElement::ownText).orElse("");
  }

  /** Its text without the spaces around it. */
  String ownText() {
    return text.toString().strip();
  }

  InvalidListException refusal(String message) {
    return new InvalidListException(message, line, column);
  }
}
