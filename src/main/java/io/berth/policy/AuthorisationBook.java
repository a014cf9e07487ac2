package io.berth.policy;

import io.berth.inventory.Node;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.domain.Coverage;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verified authorisations of some holders as they stood at one moment, with what was free of
 * each; immutable. It plans and is not trusted: the database decides when they are reserved.
 */
public final class AuthorisationBook {

  /** What ends first is used first; then by name, so that the same question has one answer. */
  private static final Comparator<Authorisation> USED_FIRST =
      Comparator.comparing(
              Authorisation::countsUntil, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(authorisation -> authorisation.id().value());

  private final Map<String, Authorisation> byName;
  private final Map<OrganizationId, List<Authorisation>> byHolder;
  private final boolean held;

  private AuthorisationBook(Collection<Authorisation> verified, boolean held) {
    this.held = held;
    byName =
        verified.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    authorisation -> authorisation.id().toString(), Function.identity()));
    byHolder = new HashMap<>();
    verified.stream()
        .sorted(USED_FIRST)
        .collect(Collectors.groupingBy(authorisation -> authorisation.terms().holder()))
        .forEach((holder, theirs) -> byHolder.put(holder, List.copyOf(theirs)));
  }

  /** All that holders have; what is used of them is not free. */
  static AuthorisationBook of(Collection<Authorisation> verified) {
    return new AuthorisationBook(verified, false);
  }

  /** Those that a quote or its lease holds already, as much as it needs. */
  static AuthorisationBook ofHeld(Collection<Authorisation> verified) {
    return new AuthorisationBook(verified, true);
  }

  /**
   * What policy knows of a node when a tenant wants so many of its like. An authorisation counts
   * where its holder is the node's provider or the tenant, it covers model and any part of the
   * period, and it has room for all that is wanted. Its destinations are compared with where the
   * node stands and, where the device may be handed over, with where the tenant uses it. What only
   * the provider speaks of stays unknown, unless the register has it under the same number.
   *
   * @param tenant for whom; null for one that is only described
   * @param tenantFacts what is known of the tenant
   * @param request what is known of the use
   * @param accelerators how many are wanted in all, on this node and others
   */
  public NodeFacts factsOf(
      Node node,
      @Nullable OrganizationId tenant,
      TenantFacts tenantFacts,
      RequestFacts request,
      AcceleratorFacts accelerator,
      Period period,
      int accelerators) {
    NodeFacts known = Facts.of(node, tenant, tenantFacts, request);
    boolean isRemote = request.mode() == Mode.REMOTE;
    Quantity wanted = Coverage.quantity(accelerators, accelerator);
    List<NodeFacts.Authorisation> covering =
        of(node.provider(), tenant)
            .filter(authorisation -> Coverage.covers(authorisation, accelerator, period))
            .filter(authorisation -> held || authorisation.free().holds(wanted))
            .map(authorisation ->
                new NodeFacts.Authorisation(
                    authorisation.id().toString(),
                    authorisation.terms().from(),
                    authorisation.countsUntil(),
                    authorisation.terms().regime(),
                    Coverage.coversDestination(authorisation, known.country()),
                    isRemote || Coverage.coversDestination(authorisation, tenantFacts.endUse())))
            .filter(attached ->
                attached.coversPlace()
                    || (!isRemote && Boolean.TRUE.equals(attached.coversHandover())))
            .limit(NodeFacts.AUTHORISATIONS_COUNT_MAX)
            .toList();
    if (!covering.isEmpty()) {
      return known.with(covering);
    }
    return known.authorisations() == null && allRegistered(node) ? known.with(List.of()) : known;
  }

  /**
   * What a judgement uses of authorisations of this book: those without any one of which it would
   * be stronger at some moment. Where one of several would do, the one that ends first is used.
   *
   * @param question whose node's facts came from {@link #factsOf}
   * @param accelerators how many of the node
   */
  public List<AuthorisationUse> usesOf(
      PolicyQuestion question, Function<PolicyQuestion, Judgement> judge, int accelerators) {
    Quantity quantity = Coverage.quantity(accelerators, question.accelerator());
    return Coverage.reliedOn(question, judge).stream()
        .map(attached -> byName.get(attached.id()))
        .filter(Objects::nonNull)
        .map(authorisation -> new AuthorisationUse(authorisation.id(), quantity))
        .toList();
  }

  private Stream<Authorisation> of(OrganizationId provider, @Nullable OrganizationId tenant) {
    List<Authorisation> providers = byHolder.getOrDefault(provider, List.of());
    if (tenant == null || tenant.equals(provider)) {
      return providers.stream();
    }
    return Stream.concat(providers.stream(), byHolder.getOrDefault(tenant, List.of()).stream())
        .sorted(USED_FIRST);
  }

  /** What the register says of a number that a provider declares goes before the declaration. */
  private boolean allRegistered(Node node) {
    Set<String> references =
        byHolder.getOrDefault(node.provider(), List.of()).stream()
            .map(authorisation -> authorisation.terms().reference())
            .collect(Collectors.toSet());
    return node.flags().authorisations().stream()
        .allMatch(declared -> references.contains(declared.id()));
  }
}
