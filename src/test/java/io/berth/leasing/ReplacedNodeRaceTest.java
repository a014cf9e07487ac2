package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Another node takes the place of a leased one while something is asked of the lease: what is
 * judged and shown is the node that the lease has once it is locked. The other one stands where
 * nobody of these tenants may use it.
 */
@BerthTest
class ReplacedNodeRaceTest {

  private OwnMarket market;
  private OrganizationId tenant;
  private String lease;
  private NodeId other;

  @BeforeEach
  void lease() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    tenant = OwnMarket.tenant("DE");
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(35, ChronoUnit.DAYS);
    lease = market.lease(tenant, 8, start.toString(), "PT2H");
    other = NodeId.fresh();
    OwnMarket.execute(
        """
        insert into node (id, cluster_id, provider_id, pool_id, name, model_id, slots, country,
          country_source, flags, conditions, observation, offerable, sellable, created_at)
        select ?, cluster_id, provider_id, pool_id, 'other', model_id, slots, 'CN', country_source, flags,
          conditions, observation, offerable, sellable, created_at from node where id = ?
        """,
        other.value(),
        market.nodes().getFirst().value());
  }

  @AfterEach
  void booksAreSound() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  @Test
  void judgesAnExtensionOnTheNodeThatTheLeaseHas() throws SQLException {
    Response extended =
        whileReplaced(() ->
            OwnMarket.once(tenant)
                .body("{\"duration\": \"PT1H\"}")
                .post("/v1/leases/" + lease + "/extend"));

    extended.then().statusCode(422).body("code", is("policy-refused")).body("verdict", is("DENY"));
  }

  @Test
  void judgesASaleOnTheNodeThatTheLeaseHas() throws SQLException {
    OrganizationId buyer = OwnMarket.tenant("DE");
    String resale =
        ResaleSteps.offered(tenant, lease, "{%s}".formatted(ResaleSteps.price(1_000_000)));

    Response bought = whileReplaced(() -> ResaleSteps.buy(buyer, resale));

    bought.then().statusCode(422).body("code", is("policy-refused")).body("verdict", is("DENY"));
  }

  @Test
  void judgesATransferOnTheNodeThatTheLeaseHas() throws SQLException {
    OrganizationId recipient = OwnMarket.tenant("DE");
    String transfer =
        OwnMarket.once(tenant)
            .body("{\"recipientId\": \"%s\"}".formatted(recipient))
            .post("/v1/leases/" + lease + "/transfer")
            .then()
            .statusCode(201)
            .extract()
            .path("id");

    Response accepted =
        whileReplaced(() ->
            OwnMarket.once(recipient)
                .body("{}")
                .post("/v1/lease-transfers/" + transfer + "/accept"));

    accepted.then().statusCode(422).body("code", is("policy-refused")).body("verdict", is("DENY"));
  }

  @Test
  void showsTheNodeOfWhichAPartIsGivenBack() throws SQLException {
    Response shrunk =
        whileReplaced(() ->
            OwnMarket.once(tenant)
                .body("{\"accelerators\": 5}")
                .post("/v1/leases/" + lease + "/shrink"));

    shrunk.then().statusCode(202).body("accelerators", is(5));
    assertThat(shrunk.<List<String>>path("nodes.id")).containsExactly(other.toString());
    OwnMarket.as(tenant, Role.TENANT).get("/v1/leases/" + lease).then().body("nodes.size()", is(1));
  }

  /** Asks while the lease is locked by whoever replaces its node; gives the answer. */
  private Response whileReplaced(Supplier<Response> request) throws SQLException {
    try (Locks replacing =
        Locks.taking(
            "select from lease where id = '%s' for update"
                .formatted(LeaseId.fromString(lease).value()))) {
      CompletableFuture<Response> answer =
          CompletableFuture.supplyAsync(request, Thread.ofPlatform().daemon()::start);
      replacing.awaitRequestsWaiting(1);
      replacing.take(
          "update allocation set node_id = '%s' where lease_id = '%s'"
              .formatted(other.value(), LeaseId.fromString(lease).value()));
      replacing.commit();
      return answer.join();
    }
  }
}
