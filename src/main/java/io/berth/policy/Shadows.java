package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.policy.internal.ShadowDifference;
import io.berth.policy.internal.ShadowDifference.Detail;
import io.berth.policy.internal.ShadowDifference.RuleRef;
import io.berth.policy.internal.ShadowStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates packs that run in shadow beside every decision that is kept, and records where they
 * would have decided otherwise. Both sides are judged here, from the facts that the decision keeps,
 * so that nothing but the pack can make the difference. A shadow never stands in the way of what is
 * decided.
 */
@ApplicationScoped
public class Shadows {

  private static final Logger LOG = Logger.getLogger(Shadows.class);

  /** Kinds of nodes that are compared for one decision and pack; the rest is passed over. */
  private static final int QUESTIONS_MAX = 50;

  private static final int MODELS_MAX = 20;

  private final ActivePacks active;
  private final ShadowStore store;
  private final Clock clock;

  Shadows(ActivePacks active, ShadowStore store, Clock clock) {
    this.active = active;
    this.store = store;
    this.clock = clock;
  }

  /** Compares a decision that the connection's transaction has just written. */
  Uni<Void> compare(SqlConnection connection, Decision decision) {
    if (judging(decision).isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return active
        .locked(connection)
        .map(packs -> differences(packs, judging(decision), decision))
        .chain(differences ->
            differences.isEmpty()
                ? Uni.createFrom().voidItem()
                : store.insert(connection, differences));
  }

  /** Those that may have a say: anybody else's would be built for every decision of the market. */
  private List<ShadowPack> judging(Decision decision) {
    List<ShadowPack> shadows = active.shadows();
    return shadows.isEmpty() ? shadows : judging(shadows, decision);
  }

  static List<ShadowPack> judging(List<ShadowPack> shadows, Decision decision) {
    Set<OrganizationId> providers = new HashSet<>();
    for (NodeJudgement node : decision.nodes()) {
      if (node.providerId() != null) {
        providers.add(node.providerId());
      }
    }
    return shadows.stream()
        .filter(shadow ->
            switch (shadow.layer()) {
              case BASELINE, OPERATOR -> true;
              case PROVIDER -> shadow.owner() != null && providers.contains(shadow.owner());
              case TENANT -> decision.tenant().equals(shadow.owner());
            })
        .toList();
  }

  private List<ShadowDifference> differences(
      PackSet packs, List<ShadowPack> shadows, Decision decision) {
    List<ShadowDifference> differences = new ArrayList<>();
    for (ShadowPack shadow : shadows) {
      try {
        difference(packs, shadow, decision).ifPresent(differences::add);
      } catch (RuntimeException e) {
        LOG.errorf(
            e,
            "A pack in shadow could not be compared: packVersionId=%s decisionId=%s",
            shadow.id(),
            decision.id());
      }
    }
    return differences;
  }

  /** Nodes about which the same is asked. */
  private record Kind(
      @Nullable OrganizationId providerId,
      ProviderFacts provider,
      NodeFacts facts,
      AcceleratorFacts accelerator) {}

  private record Pair(Judgement live, Judgement shadow) {

    boolean differs() {
      return !live.equals(shadow);
    }
  }

  private Optional<ShadowDifference> difference(
      PackSet packs, ShadowPack shadow, Decision decision) {
    PackSet instead = packs.with(shadow.layer(), shadow.owner(), shadow.pack());
    Map<Kind, Pair> pairs = new HashMap<>();
    int nodes = 0;
    Set<String> models = new TreeSet<>();
    for (NodeJudgement node : decision.nodes()) {
      Kind kind = new Kind(node.providerId(), node.provider(), node.facts(), node.accelerator());
      Pair pair = pairs.get(kind);
      if (pair == null && pairs.size() < QUESTIONS_MAX && judges(shadow, kind)) {
        pair = pair(packs, instead, decision, kind);
        pairs.put(kind, pair);
      }
      if (pair != null && pair.differs()) {
        nodes++;
        String model = kind.accelerator().model();
        if (model != null && models.size() < MODELS_MAX) {
          models.add(model);
        }
      }
    }
    if (nodes == 0) {
      return Optional.empty();
    }
    Judgement live = Judgement.together(pairs.values().stream().map(Pair::live).toList());
    Judgement otherwise = Judgement.together(pairs.values().stream().map(Pair::shadow).toList());
    return Optional.of(
        new ShadowDifference(
            ShadowDifferenceId.fresh(),
            shadow.id(),
            decision.id(),
            decision.tenant(),
            decision.purpose(),
            live.verdict(),
            otherwise.verdict(),
            new Detail(
                nodes,
                List.copyOf(models),
                live.allowedUntil(),
                otherwise.allowedUntil(),
                beyond(otherwise, live),
                beyond(live, otherwise)),
            clock.instant()));
  }

  /** Whether one that may have a say in the decision has one about these nodes. */
  private static boolean judges(ShadowPack shadow, Kind kind) {
    return shadow.layer() != PackLayer.PROVIDER
        || Objects.equals(shadow.owner(), kind.providerId());
  }

  private static Pair pair(PackSet packs, PackSet instead, Decision decision, Kind kind) {
    PolicyQuestion question =
        new PolicyQuestion(
            decision.tenantFacts(),
            decision.request(),
            kind.provider(),
            kind.facts(),
            kind.accelerator(),
            decision.period());
    return new Pair(
        packs.judge(decision.tenant(), kind.providerId(), question),
        instead.judge(decision.tenant(), kind.providerId(), question));
  }

  /** The rules that speak in one judgement and not, or not so, in another. */
  private static List<RuleRef> beyond(Judgement one, Judgement other) {
    Set<RuleRef> there = new HashSet<>();
    other.reasons().forEach(reason -> there.add(RuleRef.of(reason)));
    return one.reasons().stream()
        .map(RuleRef::of)
        .distinct()
        .filter(rule -> !there.contains(rule))
        .toList();
  }
}
