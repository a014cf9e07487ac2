package io.berth.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.berth.inventory.NodePoolId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.testing.BerthTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@BerthTest
class OffersTest {

  private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");
  private static final OfferTerms TERMS =
      new OfferTerms(
          new Money(2_950_000, Currency.getInstance("USD")),
          Duration.ofMinutes(30),
          Duration.ofDays(366),
          2,
          64,
          Optional.of(UNTIL.minus(Duration.ofDays(900))),
          Optional.of(UNTIL),
          Duration.ofHours(1),
          PriceBasis.ILLUSTRATIVE,
          "Made up for a test");

  @Inject Offers offers;

  private Scope provider;
  private Scope tenant;
  private NodePoolId pool;

  @BeforeEach
  void layGround() {
    OrganizationId organization = Pools.organization();
    provider = Scope.of(organization, "provider");
    tenant = Scope.of(Pools.organization(), "tenant");
    pool = Pools.pool(organization, "nvidia-h100-sxm");
  }

  @Test
  void keepsTermsExactly() {
    Offer drafted = await(() -> offers.draft(provider, pool, TERMS));

    assertThat(await(() -> offers.get(provider, drafted.id()))).isEqualTo(drafted);
    assertThat(drafted.terms()).isEqualTo(TERMS);
    assertThat(drafted.pool()).isEqualTo(pool);
    assertThat(Optional.of(drafted.provider())).isEqualTo(provider.organization());
  }

  @Test
  void tellsTenantsOfWhatIsPublishedUntilItIsOver() {
    Offer offer = await(() -> offers.draft(provider, pool, TERMS));
    assertThat(publishedOfPool(UNTIL.minusSeconds(1))).isEmpty();

    Offer published = await(() -> offers.act(provider, offer.id(), OfferAction.PUBLISH));

    assertThat(publishedOfPool(UNTIL.minusSeconds(1))).containsExactly(published);
    assertThat(publishedOfPool(UNTIL)).isEmpty();

    Offer paused = await(() -> offers.act(provider, offer.id(), OfferAction.PAUSE));

    assertThat(paused.version()).isEqualTo(2);
    assertThat(publishedOfPool(UNTIL.minusSeconds(1))).isEmpty();
  }

  @Test
  void hidesFromOthersWhatIsNotPublished() {
    Offer offer = await(() -> offers.draft(provider, pool, TERMS));

    ProblemException refusal =
        catchThrowableOfType(
            ProblemException.class, () -> await(() -> offers.get(tenant, offer.id())));
    assertThat(refusal.type()).isEqualTo(ProblemType.NOT_FOUND);

    await(() -> offers.act(provider, offer.id(), OfferAction.PUBLISH));
    assertThat(await(() -> offers.get(tenant, offer.id())).state()).isEqualTo(OfferState.PUBLISHED);
  }

  private List<Offer> publishedOfPool(Instant now) {
    return await(() -> offers.published(tenant, now)).stream()
        .filter(offer -> offer.pool().equals(pool))
        .toList();
  }

  private static <T> T await(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
