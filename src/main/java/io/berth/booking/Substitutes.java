package io.berth.booking;

import io.berth.booking.Quote.HeldSlots;
import io.berth.booking.internal.Market;
import io.berth.booking.internal.Quoting;
import io.berth.identity.UseProfile;
import io.berth.inventory.NodePoolId;
import io.berth.matching.CapacityRequest;
import io.berth.matching.Shape;
import io.berth.matching.Wanted;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.policy.DecisionPurpose;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** What could be had in place of what a tenant holds and policy no longer permits. */
@ApplicationScoped
public class Substitutes {

  private static final Logger LOG = Logger.getLogger(Substitutes.class);

  private final Market market;
  private final Quoting quoting;
  private final Clock clock;

  Substitutes(Market market, Quoting quoting, Clock clock) {
    this.market = market;
    this.quoting = quoting;
    this.clock = clock;
  }

  /**
   * What is held.
   *
   * @param pool whose slots they are: others of the same kind do
   * @param model the catalogue's id
   * @param period what is left of it
   */
  public record Holding(
      OrganizationId tenant,
      NodePoolId pool,
      String model,
      List<HeldSlots> slots,
      Period period,
      UseProfile use,
      DecisionPurpose purpose) {

    /** Copies the list. */
    public Holding {
      slots = List.copyOf(slots);
    }

    private CapacityRequest request() {
      Wanted anything = Wanted.anything();
      return new CapacityRequest(
          new Wanted(
              Set.of(model),
              anything.vendors(),
              anything.places(),
              anything.providers(),
              anything.providersExcluded(),
              anything.offer(),
              anything.slot(),
              anything.needs()),
          shape(),
          period,
          Optional.empty());
    }

    /** As many nodes with as many each, where each node has the same number. */
    private Shape shape() {
      Set<Integer> counts =
          slots.stream().map(held -> held.slots().count()).collect(Collectors.toSet());
      return slots.size() > 1 && counts.size() == 1
          ? new Shape.Grid(slots.size(), counts.iterator().next())
          : new Shape.Count(slots.stream().mapToInt(held -> held.slots().count()).sum());
    }
  }

  /**
   * Lets an answer pass; a {@link PolicyRefusal} gains what the tenant's own search would show in
   * place of what it holds. A refusal without any is better than none: where they cannot be found,
   * it stays as it is.
   *
   * @param holding asked for only where there is a refusal
   */
  public <T> Uni<T> offered(Scope scope, Supplier<Holding> holding, Uni<T> answer) {
    return answer
        .onFailure(PolicyRefusal.class)
        .recoverWithUni(failure -> {
          PolicyRefusal refusal = (PolicyRefusal) failure;
          Holding held = holding.get();
          return find(scope, held)
              .onFailure()
              .recoverWithItem(lost -> {
                LOG.warnf(lost, "No alternatives were found: tenantId=%s", held.tenant());
                return List.of();
              })
              .chain(found -> Uni.createFrom().<T>failure(refusal.offering(found)));
        });
  }

  private Uni<List<Alternative>> find(Scope scope, Holding holding) {
    Instant now = clock.instant();
    return market
        .stock(holding.tenant())
        .chain(stock ->
            quoting.alternatives(
                scope,
                stock,
                holding.pool(),
                holding.request(),
                holding.use(),
                holding.purpose(),
                now));
  }
}
