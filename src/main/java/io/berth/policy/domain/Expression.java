package io.berth.policy.domain;

import java.util.List;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A condition in the Common Expression Language, able to say where in the pack each part stands.
 */
final class Expression {

  private final ScalarNode node;
  private final List<String> packLines;

  Expression(ScalarNode node, List<String> packLines) {
    this.node = node;
    this.packLines = packLines;
  }

  String text() {
    return node.getValue();
  }

  Position position() {
    return Position.of(node.getStartMark());
  }

  /**
   * The place in the pack of a place in the condition. Exact for conditions on one line and for
   * literal blocks; folded text is only known to start where it starts.
   *
   * @param line counted from 1
   * @param column counted from 0
   */
  Position position(int line, int column) {
    List<String> lines = text().lines().toList();
    int startLine = node.getStartMark().getLine();
    boolean literal = node.getScalarStyle() == ScalarStyle.LITERAL;
    boolean oneLine = startLine == node.getEndMark().getLine();
    int packLine = literal ? startLine + line : startLine;
    if (line < 1 || line > lines.size() || packLine >= packLines.size() || !(literal || oneLine)) {
      return position();
    }
    int searchFrom = literal ? 0 : node.getStartMark().getColumn();
    int indent = packLines.get(packLine).indexOf(lines.get(line - 1), searchFrom);
    return indent < 0 ? position() : new Position(packLine + 1, indent + column + 1);
  }
}
