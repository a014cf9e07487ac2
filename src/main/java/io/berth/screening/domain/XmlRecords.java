package io.berth.screening.domain;

import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads an XML file record by record. Nothing outside the file is ever read, and no entity is
 * expanded: a document type is refused, as no list has one.
 */
final class XmlRecords {

  private static final int RUN_BYTES_MAX = 4 << 20;

  private final XMLStreamReader reader;
  private final ListLimits limits;
  private final Set<String> recordNames;
  private final Deque<XmlElement> open = new ArrayDeque<>();
  private int depth;
  private int nodes;

  private XmlRecords(XMLStreamReader reader, ListLimits limits, Set<String> recordNames) {
    this.reader = reader;
    this.limits = limits;
    this.recordNames = recordNames;
  }

  /**
   * Reads a file.
   *
   * @param rootName the local name that the document's element must have
   * @param recordNames local names of the elements that are records
   * @param root told of the document's element, with its attributes only
   * @param record told of each record, whole
   * @throws InvalidListException where the file is not such a document
   */
  static void read(
      InputStream in,
      ListLimits limits,
      String rootName,
      Set<String> recordNames,
      Consumer<XmlElement> root,
      Consumer<XmlElement> record) {
    XMLStreamReader reader = null;
    try {
      reader =
          factory().createXMLStreamReader(new BoundedInput(in, limits.bytesMax(), RUN_BYTES_MAX));
      new XmlRecords(reader, limits, recordNames).run(rootName, root, record);
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof InvalidListException refusal) {
        throw refusal;
      }
      throw broken(e, reader);
    } catch (InvalidListException e) {
      if (e.line() > 0 || reader == null) {
        throw e;
      }
      Location at = reader.getLocation();
      throw new InvalidListException(
          String.valueOf(e.getMessage()), at.getLineNumber(), at.getColumnNumber(), e);
    }
  }

  private static XMLInputFactory factory() {
    // The platform's own, whatever else lies on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLReporter((message, type, information, location) -> {
      // Every fault comes as an exception, too; the platform would print it besides.
    });
    factory.setXMLResolver((publicId, systemId, base, namespace) -> {
      throw new XMLStreamException("nothing outside the file is read");
    });
    return factory;
  }

  private static InvalidListException broken(
      XMLStreamException e, @Nullable XMLStreamReader reader) {
    Location at = e.getLocation();
    if (at == null && reader != null) {
      at = reader.getLocation();
    }
    // The parser's own message repeats the place in front and may run over lines.
    String message =
        String.valueOf(e.getMessage()).replaceFirst("(?s)^ParseError at .*?Message: ", "").strip();
    return at == null
        ? new InvalidListException("the file is not well-formed XML: " + message, 0, 0, e)
        : new InvalidListException(
            "the file is not well-formed XML: " + message,
            at.getLineNumber(),
            at.getColumnNumber(),
            e);
  }

  private void run(String rootName, Consumer<XmlElement> root, Consumer<XmlElement> record)
      throws XMLStreamException {
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> start(rootName, root);
        case XMLStreamConstants.END_ELEMENT -> end(record);
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters();
        case XMLStreamConstants.DTD -> throw refusal("a document type is not accepted");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw refusal("a reference to an entity is not accepted");
        default -> {
          // Comments, instructions and spaces say nothing.
        }
      }
    }
  }

  private void start(String rootName, Consumer<XmlElement> root) {
    depth++;
    if (depth > limits.depthMax()) {
      throw refusal("elements nest deeper than " + limits.depthMax());
    }
    String name = reader.getLocalName();
    if (depth == 1) {
      if (!name.equals(rootName)) {
        throw refusal("expected <" + rootName + ">, found <" + name + ">");
      }
      root.accept(element(name));
    } else if (!open.isEmpty()) {
      XmlElement child = element(name);
      open.element().add(child);
      open.push(child);
    } else if (recordNames.contains(name)) {
      nodes = 0;
      open.push(element(name));
    }
  }

  private void end(Consumer<XmlElement> record) {
    depth--;
    if (!open.isEmpty()) {
      XmlElement ended = open.pop();
      if (open.isEmpty()) {
        record.accept(ended);
      }
    }
  }

  private void characters() {
    if (!open.isEmpty()) {
      StringBuilder text = open.element().text();
      if (text.length() + reader.getTextLength() > limits.textMax()) {
        throw refusal("a text is longer than " + limits.textMax() + " characters");
      }
      text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }
  }

  private XmlElement element(String name) {
    Location at = reader.getLocation();
    XmlElement element = new XmlElement(name, at.getLineNumber(), at.getColumnNumber());
    nodes += 1 + reader.getAttributeCount();
    if (nodes > limits.recordNodesMax()) {
      throw refusal("a record has more than " + limits.recordNodesMax() + " parts");
    }
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      element.attribute(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    return element;
  }

  private InvalidListException refusal(String message) {
    Location at = reader.getLocation();
    return new InvalidListException(message, at.getLineNumber(), at.getColumnNumber());
  }
}
