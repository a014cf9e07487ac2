package io.berth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.testing.BerthTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

@BerthTest
class OrganizationsTest {

  private static final Scope SYSTEM = Scope.system("test");

  private static final LegalFacts FACTS =
      new LegalFacts(
          "SG",
          "CN",
          "MY",
          List.of(
              new Owner("A", "CN", new BigDecimal("50.000001"), true),
              new Owner("B", null, BigDecimal.ZERO, null)),
          true,
          Set.of("EL"),
          Set.of("no-nvidia"),
          new UseProfile("possession", "inference", "none", false));

  @Inject Organizations organizations;

  @Test
  void keepsEveryFact() throws Throwable {
    Organization created = await(organizations.create(SYSTEM, "Ganz", FACTS));

    Organization read = await(organizations.get(SYSTEM, created.id()));

    assertThat(read).isEqualTo(created);
    assertThat(read.facts()).isEqualTo(FACTS);
    assertThat(read.verification()).isEqualTo(Verification.NONE);
    assertThat(read.version()).isZero();
  }

  @Test
  void keepsThatNothingIsKnown() throws Throwable {
    Organization created = await(organizations.create(SYSTEM, "Leer", LegalFacts.UNKNOWN));

    assertThat(await(organizations.get(SYSTEM, created.id())).facts())
        .isEqualTo(LegalFacts.UNKNOWN);
  }

  @Test
  void givesOnlyWhatExistsAndTheScopeSees() throws Throwable {
    OrganizationId mine = await(organizations.create(SYSTEM, "M", FACTS)).id();
    OrganizationId other = await(organizations.create(SYSTEM, "O", FACTS)).id();
    List<OrganizationId> asked = List.of(mine, other, OrganizationId.fresh(), mine);

    assertThat(await(organizations.all(SYSTEM, asked))).containsOnlyKeys(mine, other);
    assertThat(await(organizations.all(Scope.of(mine, "t"), asked))).containsOnlyKeys(mine);
    assertThat(await(organizations.all(SYSTEM, List.of()))).isEmpty();
  }

  @Test
  void hidesWhatTheScopeDoesNotSee() throws Throwable {
    OrganizationId other = await(organizations.create(SYSTEM, "O", FACTS)).id();
    Scope stranger = Scope.of(OrganizationId.fresh(), "t");

    assertThatThrownBy(() -> await(organizations.get(stranger, other)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> assertThat(refusal.type()).isEqualTo(ProblemType.NOT_FOUND));
  }

  /** Hibernate Reactive works on a Vert.x context only. */
  private static <T> T await(Uni<T> work) throws Throwable {
    return VertxContextSupport.subscribeAndAwait(() -> work);
  }
}
