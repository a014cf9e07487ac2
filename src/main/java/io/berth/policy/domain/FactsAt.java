package io.berth.policy.domain;

import dev.cel.runtime.CelAttribute;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.domain.PackDocument.GroupVersion;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What conditions see at one moment. Used by one thread, for one moment: it keeps what definitions
 * came out as.
 */
final class FactsAt implements CelVariableResolver {

  private final PolicyQuestion question;
  private final Instant moment;
  private final Map<String, List<GroupVersion>> groups;
  private final Map<String, Condition> definitions;
  private final Map<String, Object> definitionValues = new HashMap<>();

  FactsAt(
      PolicyQuestion question,
      Instant moment,
      Map<String, List<GroupVersion>> groups,
      Map<String, Condition> definitions) {
    this.question = question;
    this.moment = moment;
    this.groups = groups;
    this.definitions = definitions;
  }

  /** Those of the facts that nobody knows, by name. */
  List<String> absent(List<Fact> facts) {
    return facts.stream()
        .filter(fact -> !fact.isKnown(question, moment))
        .map(Fact::name)
        .sorted()
        .toList();
  }

  /** Yes, no, or what is missing. */
  Answer evaluate(Program program) {
    return switch (value(program)) {
      case Boolean bool -> new Answer.Known(bool);
      case CelUnknownSet unknown ->
          new Answer.Unknown(
              unknown.attributes().stream().map(CelAttribute::toString).sorted().toList());
      default -> throw new IllegalStateException("a condition was neither true, false nor unknown");
    };
  }

  @Override
  public Optional<Object> find(String name) {
    Fact fact = Fact.all().get(name);
    if (fact != null) {
      return Optional.of(fact.valueOrUnknown(question, moment));
    }
    Fact.Constant constant = Fact.allConstants().get(name);
    if (constant != null) {
      return Optional.of(constant.value());
    }
    List<GroupVersion> versions = groups.get(name);
    if (versions != null) {
      return Optional.of(members(name, versions));
    }
    Condition definition = definitions.get(name);
    return definition == null
        ? Optional.empty()
        : Optional.of(definition(name, definition.program()));
  }

  /** Outside the dates that the pack covers nobody knows who is in a group. */
  private Object members(String name, List<GroupVersion> versions) {
    for (GroupVersion version : versions) {
      if (version.window().contains(moment)) {
        return version.memberCountries();
      }
    }
    return Fact.unknown(name);
  }

  private Object definition(String name, Program program) {
    Object known = definitionValues.get(name);
    if (known != null) {
      return known;
    }
    // Not computeIfAbsent: a definition may look up another one while it is evaluated.
    Object value = value(program);
    definitionValues.put(name, value);
    return value;
  }

  private Object value(Program program) {
    try {
      return program.eval(this);
    } catch (CelEvaluationException e) {
      throw new IllegalStateException("a checked condition failed", e);
    }
  }

  /** What a condition came out as. */
  sealed interface Answer {

    /** Certain, whatever is still unknown. */
    record Known(boolean value) implements Answer {}

    /** Depends on facts that nobody knows, or on figures that are not exact enough. */
    record Unknown(List<String> missingFacts) implements Answer {}
  }
}
