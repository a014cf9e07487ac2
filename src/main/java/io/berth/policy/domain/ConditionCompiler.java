package io.berth.policy.domain;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks and compiles conditions over the facts, the pack's groups and its definitions.
 *
 * <p>The language is cut down to logic, equality, membership and comparisons of figures: no macros,
 * arithmetic, conversions or regular expressions. So a condition costs no more than its length
 * times that of the longest list, cannot fail when evaluated, and is monotone: learning a fact can
 * turn an unknown answer into yes or no, but never one of these into the other.
 *
 * <p>Unknowns are values: a resolver answers with a {@code CelUnknownSet}, and the functions on
 * figures may too. Only CEL's planner runtime carries such values through equality and membership;
 * its older runtime takes them for ordinary objects, which would turn "unknown" into "no".
 */
final class ConditionCompiler {

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableUnknownTracking(true)
          .enableHeterogeneousNumericComparisons(true)
          .maxExpressionCodePointSize(PackLimits.CONDITION_CHARACTERS_MAX)
          .maxParseExpressionNodeCount(PackLimits.CONDITION_NODES_MAX)
          .maxParseRecursionDepth(PackLimits.CONDITION_DEPTH_MAX)
          .build();

  private static final CelStandardDeclarations LOGIC =
      CelStandardDeclarations.newBuilder()
          .includeFunctions(
              StandardFunction.LOGICAL_AND,
              StandardFunction.LOGICAL_OR,
              StandardFunction.LOGICAL_NOT,
              StandardFunction.EQUALS,
              StandardFunction.NOT_EQUALS,
              StandardFunction.IN,
              StandardFunction.CONDITIONAL)
          .build();

  private static final Set<String> EQUALITIES = Set.of("_==_", "_!=_", "@in");
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(\\w+)'.*");
  private static final Pattern QUALIFIED_NAME = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");
  private static final CelRuntime RUNTIME = runtime();

  private final Problems problems;
  private CelCompiler compiler;

  ConditionCompiler(Problems problems, Set<String> groups, String packText) {
    this.problems = problems;
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardEnvironmentEnabled(false)
            .setStandardDeclarations(LOGIC)
            .setResultType(SimpleType.BOOL);
    for (Comparison comparison : Comparison.values()) {
      builder.addFunctionDeclarations(declaration(comparison));
    }
    Fact.all().values().forEach(fact -> builder.addVar(fact.name(), fact.type()));
    // CEL goes through every declaration for each condition, and most countries are never named.
    Fact.allConstants().entrySet().stream()
        .filter(constant -> packText.contains(constant.getKey()))
        .forEach(constant -> builder.addVar(constant.getKey(), constant.getValue().type()));
    groups.forEach(group -> builder.addVar(groupVariable(group), Fact.COUNTRIES));
    this.compiler = builder.build();
  }

  static String groupVariable(String group) {
    return "group." + group;
  }

  static String definitionVariable(String definition) {
    return "is." + definition;
  }

  /** Lets conditions compiled from now on name the definition. */
  void declareDefinition(String name) {
    compiler =
        compiler.toCompilerBuilder().addVar(definitionVariable(name), SimpleType.BOOL).build();
  }

  /** The condition, or null after reporting what is wrong. */
  @Nullable Condition compile(Expression expression) {
    try {
      CelAbstractSyntaxTree tree = compiler.compile(expression.text()).getAst();
      return isSound(tree, expression) ? new Condition(tree, RUNTIME.createProgram(tree)) : null;
    } catch (CelValidationException e) {
      for (CelIssue issue : e.getErrors()) {
        int line = issue.getSourceLocation().getLine();
        int column = Math.max(0, issue.getSourceLocation().getColumn());
        problems.add(
            expression.position(line, column), explain(issue, expression.text(), line, column));
      }
    } catch (CelEvaluationException e) {
      problems.add(expression.position(), "the condition cannot be planned: " + e.getMessage());
    }
    return null;
  }

  /** A program for a part of a condition that was compiled before. */
  static Program program(CelAbstractSyntaxTree part) {
    try {
      return RUNTIME.createProgram(part);
    } catch (CelEvaluationException e) {
      throw new IllegalStateException("a part of a checked condition cannot be planned", e);
    }
  }

  /** Refuses what type-checks but would not mean what it says. */
  private boolean isSound(CelAbstractSyntaxTree tree, Expression expression) {
    List<String> faults = new ArrayList<>();
    List<CelExpr> nodes =
        CelNavigableAst.fromAst(tree).getRoot().allNodes().map(CelNavigableExpr::expr).toList();
    for (CelExpr node : nodes) {
      if (node.getKind() == CelExpr.ExprKind.Kind.CONSTANT
          && node.constant().getKind() == CelConstant.Kind.DOUBLE_VALUE
          && !Double.isFinite(node.constant().doubleValue())) {
        faults.add("a number is too large");
      }
      if (node.getKind() == CelExpr.ExprKind.Kind.CALL
          && EQUALITIES.contains(node.call().function())
          && node.call().args().stream()
              .anyMatch(argument -> mentionsFigure(tree.getType(argument.id())))) {
        // Two equal intervals need not be equal figures.
        faults.add("figures have no equality: use atLeast, atMost, above or below");
      }
    }
    faults.forEach(fault -> problems.add(expression.position(), fault));
    return faults.isEmpty();
  }

  private static boolean mentionsFigure(Optional<CelType> type) {
    return type.isPresent()
        && (type.get().equals(Fact.FIGURE) || type.get().parameters().contains(Fact.FIGURE));
  }

  /** Says "group not found" where CEL only knows an undeclared reference. */
  private static String explain(CelIssue issue, String text, int line, int column) {
    Matcher undeclared = UNDECLARED.matcher(issue.getMessage());
    List<String> lines = text.lines().toList();
    if (!undeclared.matches() || line < 1 || line > lines.size()) {
      return issue.getMessage();
    }
    String code = lines.get(line - 1);
    Matcher name = QUALIFIED_NAME.matcher(code);
    if (column >= code.length() || !name.find(column) || name.start() != column) {
      return issue.getMessage();
    }
    return switch (undeclared.group(1)) {
      case "group" -> "group not found: " + name.group();
      case "is" -> "definition not found, or only further down: " + name.group();
      case "country" -> "not a country code: " + name.group();
      default -> "unknown fact or constant: " + name.group();
    };
  }

  private static CelFunctionDecl declaration(Comparison comparison) {
    return CelFunctionDecl.newFunctionDeclaration(
        comparison.function(),
        CelOverloadDecl.newMemberOverload(
            overload(comparison, SimpleType.INT), SimpleType.BOOL, Fact.FIGURE, SimpleType.INT),
        CelOverloadDecl.newMemberOverload(
            overload(comparison, SimpleType.DOUBLE),
            SimpleType.BOOL,
            Fact.FIGURE,
            SimpleType.DOUBLE));
  }

  private static String overload(Comparison comparison, CelType type) {
    return "figure_" + comparison.function() + "_" + type.name();
  }

  private static CelRuntime runtime() {
    CelRuntimeBuilder builder = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS);
    for (Comparison comparison : Comparison.values()) {
      builder.addFunctionBindings(
          CelFunctionBinding.fromOverloads(
              comparison.function(),
              CelFunctionBinding.from(
                  overload(comparison, SimpleType.INT),
                  NamedFigure.class,
                  Long.class,
                  (figure, bound) -> comparison.apply(figure, BigDecimal.valueOf(bound))),
              CelFunctionBinding.from(
                  overload(comparison, SimpleType.DOUBLE),
                  NamedFigure.class,
                  Double.class,
                  (figure, bound) -> comparison.apply(figure, BigDecimal.valueOf(bound)))));
    }
    return builder.build();
  }
}
