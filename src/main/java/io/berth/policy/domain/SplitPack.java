package io.berth.policy.domain;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.cel.runtime.Program;
import io.berth.policy.domain.CompiledPack.CompiledRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A pack whose conditions are taken apart into comparisons, most of which look at one side only: at
 * tenant and request, or at provider, node and accelerator. Each of these is then evaluated once
 * for all that share its facts, instead of once for every pair.
 */
public final class SplitPack {

  private static final Set<String> TENANT_SIDE = Set.of("tenant", "request");

  private final List<SplitRule> rules;

  private SplitPack(List<SplitRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** A rule with its condition taken apart. */
  record SplitRule(CompiledRule rule, ConditionTree tree) {}

  static SplitPack of(List<CompiledRule> rules, Map<String, Condition> definitions) {
    Splitter splitter = new Splitter(definitions);
    return new SplitPack(
        rules.stream().map(rule -> new SplitRule(rule, splitter.tree(rule))).toList());
  }

  List<SplitRule> rules() {
    return rules;
  }

  /** Takes conditions apart, each definition and each comparison once. */
  private static final class Splitter {

    private final Map<String, Condition> definitions;
    private final Map<String, ConditionTree> definitionTrees = new HashMap<>();
    private final Map<String, ConditionTree.Leaf> leaves = new HashMap<>();

    Splitter(Map<String, Condition> definitions) {
      this.definitions = definitions;
    }

    ConditionTree tree(CompiledRule rule) {
      Condition condition = rule.condition();
      if (condition != null) {
        return split(condition.tree(), condition.tree().getExpr());
      }
      return new ConditionTree.Or(rule.missing().stream().map(this::absent).toList());
    }

    private ConditionTree absent(Fact fact) {
      return leaf(
          "missing " + fact.name(),
          Set.of(fact.name()),
          facts -> facts.absent(List.of(fact)).isEmpty() ? Ternary.NO : Ternary.YES);
    }

    private ConditionTree split(CelAbstractSyntaxTree tree, CelExpr expression) {
      String variable = variable(tree, expression);
      if (variable != null && definitions.containsKey(variable)) {
        return definition(variable);
      }
      if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
        List<CelExpr> arguments = expression.call().args();
        switch (expression.call().function()) {
          case "_&&_" -> {
            return new ConditionTree.And(split(tree, arguments));
          }
          case "_||_" -> {
            return new ConditionTree.Or(split(tree, arguments));
          }
          case "!_" -> {
            return new ConditionTree.Not(split(tree, arguments.getFirst()));
          }
          case "_?_:_" -> {
            List<ConditionTree> parts = split(tree, arguments);
            return new ConditionTree.Choice(parts.get(0), parts.get(1), parts.get(2));
          }
          default -> {
            // A comparison.
          }
        }
      }
      return comparison(tree, expression);
    }

    private List<ConditionTree> split(CelAbstractSyntaxTree tree, List<CelExpr> parts) {
      return parts.stream().map(part -> split(tree, part)).toList();
    }

    private ConditionTree definition(String name) {
      ConditionTree known = definitionTrees.get(name);
      if (known == null) {
        Condition condition = definitions.get(name);
        if (condition == null) {
          throw new IllegalStateException("a checked condition names no definition " + name);
        }
        known = split(condition.tree(), condition.tree().getExpr());
        definitionTrees.put(name, known);
      }
      return known;
    }

    private ConditionTree comparison(CelAbstractSyntaxTree tree, CelExpr expression) {
      Set<String> variables = new HashSet<>();
      StringBuilder text = new StringBuilder();
      describe(tree, expression, text, variables);
      ConditionTree.Leaf known = leaves.get(text.toString());
      if (known != null) {
        return known;
      }
      CelAbstractSyntaxTree part =
          CelAbstractSyntaxTree.newCheckedAst(
              expression, tree.getSource(), tree.getReferenceMap(), tree.getTypeMap());
      Program program = ConditionCompiler.program(part);
      return leaf(text.toString(), factsOf(variables), facts -> answer(facts.evaluate(program)));
    }

    private ConditionTree.Leaf leaf(
        String text, Set<String> names, java.util.function.Function<FactsAt, Ternary> evaluate) {
      List<Fact> tenantFacts = new ArrayList<>();
      List<Fact> nodeFacts = new ArrayList<>();
      for (String name : new TreeSet<>(names)) {
        Fact fact = Fact.all().get(name);
        if (fact == null) {
          throw new IllegalStateException("no fact " + name);
        }
        boolean isTenantSide = TENANT_SIDE.contains(name.substring(0, name.indexOf('.')));
        (isTenantSide ? tenantFacts : nodeFacts).add(fact);
      }
      ConditionTree.Leaf leaf =
          new ConditionTree.Leaf(text, List.copyOf(tenantFacts), List.copyOf(nodeFacts), evaluate);
      leaves.put(text, leaf);
      return leaf;
    }

    /** The facts behind the variables, those of definitions included. */
    private Set<String> factsOf(Set<String> variables) {
      Set<String> facts = new HashSet<>();
      for (String variable : variables) {
        Condition definition = definitions.get(variable);
        if (definition != null) {
          Set<String> inner = new HashSet<>();
          describe(definition.tree(), definition.tree().getExpr(), new StringBuilder(), inner);
          facts.addAll(factsOf(inner));
        } else if (Fact.all().containsKey(variable)) {
          facts.add(variable);
        }
      }
      return facts;
    }

    private static Ternary answer(FactsAt.Answer answer) {
      return switch (answer) {
        case FactsAt.Answer.Known known -> known.value() ? Ternary.YES : Ternary.NO;
        case FactsAt.Answer.Unknown unknown -> Ternary.UNKNOWN;
      };
    }

    /** The declared variable that an expression is, such as {@code node.country}. */
    private static @Nullable String variable(CelAbstractSyntaxTree tree, CelExpr expression) {
      return switch (expression.getKind()) {
        case IDENT, SELECT ->
            tree.getReference(expression.id()).map(CelReference::name).orElse(null);
        default -> null;
      };
    }

    /** Writes what an expression says, without its places, and collects its variables. */
    private static void describe(
        CelAbstractSyntaxTree tree, CelExpr expression, StringBuilder text, Set<String> variables) {
      String variable = variable(tree, expression);
      if (variable != null) {
        variables.add(variable);
        text.append(variable);
        return;
      }
      switch (expression.getKind()) {
        case CONSTANT -> text.append(expression.constant());
        case LIST -> {
          text.append('[');
          expression
              .list()
              .elements()
              .forEach(element -> {
                describe(tree, element, text, variables);
                text.append(' ');
              });
          text.append(']');
        }
        case CALL -> {
          text.append(expression.call().function()).append('(');
          expression
              .call()
              .target()
              .ifPresent(target -> {
                describe(tree, target, text, variables);
                text.append('.');
              });
          expression
              .call()
              .args()
              .forEach(argument -> {
                describe(tree, argument, text, variables);
                text.append(' ');
              });
          text.append(')');
        }
        default -> throw new IllegalStateException("conditions have no " + expression.getKind());
      }
    }
  }
}
