package io.berth.testing;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A market of a test's own beside what others share: organizations with money, and nodes in a
 * cluster that nobody looks at, on offer until it is closed.
 */
public final class OwnMarket implements AutoCloseable {

  /** Whose officers oversee this market. */
  private static final OrganizationId HOUSE = OrganizationId.fresh();

  private final OrganizationId provider;
  private final String model;
  private final List<NodeId> nodes = new ArrayList<>();
  private final NodePoolId pool;
  private final String offer;

  /**
   * Opens it: one offer of so many nodes with eight devices each.
   *
   * @param model the catalogue's slug
   * @param country where nodes and provider are
   */
  public OwnMarket(String model, String country, int nodeCount) {
    this(model, country, nodeCount, "WHOLE_DEVICE", null);
  }

  /**
   * The same with other slots.
   *
   * @param slotKind as in the database
   * @param fabric the network fabric of all nodes; null for none
   */
  public OwnMarket(
      String model, String country, int nodeCount, String slotKind, @Nullable String fabric) {
    this.model = model;
    provider = organization("Provider", country);
    UUID cluster = Id.fresh();
    execute(
        """
        insert into cluster (id, provider_id, name, server, state, credentials, credential_type,
          credentials_version, declarations, conditions, selling, next_sync_at, sync_epoch, created_at)
        values (?, ?, ?, 'https://192.0.2.1', 'ACTIVE', '', 'TOKEN', 0, '{}', '[]', true, '2100-01-01Z',
          0, now())
        """,
        cluster,
        provider.value(),
        cluster.toString());
    UUID poolId = Id.fresh();
    pool = new NodePoolId(poolId);
    execute(
        """
        insert into node_pool (id, cluster_id, provider_id, name, model_id, resource_name, slot_kind,
          created_at)
        values (?, ?, ?, 'test', ?, 'nvidia.com/gpu', ?, now())
        """,
        poolId,
        cluster,
        provider.value(),
        model,
        slotKind);
    for (int i = 0; i < nodeCount; i++) {
      NodeId node = NodeId.fresh();
      nodes.add(node);
      execute(
          """
          insert into node (id, cluster_id, provider_id, pool_id, name, model_id, slots, country, fabric,
            country_source, flags, conditions, observation, offerable, sellable, created_at)
          values (?, ?, ?, ?, ?, ?, 8, ?, ?, 'DECLARED',
            '{"stateFunded": false, "authorisations": [], "source": "declared"}', '[]',
            '{"name": "n", "labels": {}, "taints": [], "ready": true, "schedulable": true, "devices": [],
              "warnings": []}', true, true, now())
          """,
          node.value(),
          cluster,
          provider.value(),
          poolId,
          "node-" + i,
          model,
          country,
          fabric);
    }
    offer =
        as(provider, Role.PROVIDER)
            .body(
                """
                {"poolId": "%s", "pricePerAcceleratorHour": {"amountMicros": "1000000", "currency": "USD"},
                 "termMin": "PT1H", "termMax": "PT2400H", "turnaround": "PT0S"}
                """
                    .formatted(pool))
            .post("/v1/offers")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    as(provider, Role.PROVIDER).post("/v1/offers/" + offer + "/publish").then().statusCode(202);
  }

  /** Whose nodes these are. */
  public OrganizationId provider() {
    return provider;
  }

  /** The pool. */
  public NodePoolId pool() {
    return pool;
  }

  /** The nodes. */
  public List<NodeId> nodes() {
    return List.copyOf(nodes);
  }

  /** Which offer it is. */
  public String offer() {
    return offer;
  }

  /** Changes the offer's price, in millionths of a dollar an accelerator-hour. */
  public void price(long micros) {
    as(provider, Role.PROVIDER)
        .header("If-Match", "*")
        .body(
            """
            {"pricePerAcceleratorHour": {"amountMicros": "%d", "currency": "USD"}}
            """
                .formatted(micros))
        .patch("/v1/offers/" + offer)
        .then()
        .statusCode(200);
  }

  /** Credits a tenant. */
  public static void deposit(OrganizationId tenant, long dollars) {
    as(HOUSE, Role.OPERATOR)
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(
            """
            {"organizationId": "%s", "reference": "%s",
             "amount": {"amountMicros": "%d000000", "currency": "USD"}}
            """
                .formatted(tenant, UUID.randomUUID(), dollars))
        .post("/v1/deposits")
        .then()
        .statusCode(201);
  }

  /** A new tenant in a country, verified, that may lease and has the money. */
  public static OrganizationId tenant(String country) {
    OrganizationId tenant = organization("Tenant", country);
    as(HOUSE, Role.OPERATOR)
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(
            """
            {"organizationId": "%s", "reference": "%s",
             "amount": {"amountMicros": "1000000000000", "currency": "USD"}}
            """
                .formatted(tenant, tenant))
        .post("/v1/deposits")
        .then()
        .statusCode(201);
    return tenant;
  }

  /** A quote for some of this market's devices. */
  public io.restassured.response.Response quote(
      OrganizationId tenant, int accelerators, String start, String duration) {
    return once(tenant)
        .body(
            """
            {"offerId": "%s", "models": ["%s"], "accelerators": %d, "start": "%s", "duration": "%s"}
            """
                .formatted(offer, model, accelerators, start, duration))
        .post("/v1/quotes");
  }

  /** Quotes and confirms; gives the lease's id. */
  public String lease(OrganizationId tenant, int accelerators, String start, String duration) {
    io.restassured.response.Response quote = quote(tenant, accelerators, start, duration);
    quote.then().statusCode(201);
    return once(tenant)
        .post("/v1/quotes/" + quote.path("id") + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  /** Where the offer is. */
  public String offerPath() {
    return "/v1/offers/" + offer;
  }

  /** The provider changes the offer's terms. */
  public void change(String terms) {
    as(provider, Role.PROVIDER)
        .contentType("application/merge-patch+json")
        .header("If-Match", "*")
        .body(terms)
        .patch("/v1/offers/" + offer)
        .then()
        .statusCode(200);
  }

  /** The provider takes the offer through its life: {@code pause}, {@code publish}. */
  public void act(String action) {
    as(provider, Role.PROVIDER).post("/v1/offers/" + offer + "/" + action).then().statusCode(202);
  }

  /** A request of a tenant's user with a new idempotency key. */
  public static RequestSpecification once(OrganizationId tenant) {
    return as(tenant, Role.TENANT).header("Idempotency-Key", UUID.randomUUID().toString());
  }

  /** A request of a user of an organization. */
  public static RequestSpecification as(OrganizationId organization, String... roles) {
    return RestAssured.given()
        .auth()
        .oauth2(BerthResource.token(organization, roles))
        .contentType(ContentType.JSON);
  }

  /** A request of a named compliance officer of the house. */
  public static RequestSpecification officer(String name) {
    return RestAssured.given()
        .auth()
        .oauth2(BerthResource.tokenOf(name, HOUSE, Role.COMPLIANCE))
        .contentType(ContentType.JSON);
  }

  /** The same where a listed party owns a share, about which people must be asked. */
  public static OrganizationId tenantOwnedByListed(String country) {
    OrganizationId tenant =
        organization(
            "Tenant",
            country,
            "{\"name\": \"Listed\", \"country\": \"DE\", \"percent\": 30, \"listed\": true}");
    deposit(tenant, 1_000_000);
    return tenant;
  }

  /** Two officers let a case pass until a moment. */
  public static void approve(String review, java.time.Instant until) {
    officer("one")
        .header("If-Match", "*")
        .body("{\"reason\": \"because\", \"expiresAt\": \"" + until + "\"}")
        .post("/v1/review-cases/" + review + "/approve")
        .then()
        .statusCode(202);
    officer("two")
        .header("If-Match", "*")
        .body("{\"reason\": \"because\"}")
        .post("/v1/review-cases/" + review + "/confirm")
        .then()
        .statusCode(202);
  }

  private static OrganizationId organization(String name, String country) {
    return organization(
        name, country, "{\"name\": \"Family\", \"percent\": 100, \"listed\": false}");
  }

  private static OrganizationId organization(String name, String country, String owner) {
    OrganizationId id =
        OrganizationId.fromString(
            as(HOUSE, Role.OPERATOR)
                .body(
                    """
                    {"name": "%s of a test", "facts": {"residenceCountry": "%s",
                     "ultimateParentCountry": "%s", "endUseCountry": "%s",
                     "owners": [%s],
                     "ownersComplete": true, "profile": {"mode": "remote", "workload": "inference",
                     "dataResidency": "none", "usNexus": false}}}
                    """
                        .formatted(name, country, country, country, owner))
                .post("/v1/organizations")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    officer("verifier")
        .header("If-Match", "*")
        .body(
            """
            {"reason": "The register agrees.", "evidence": [{"kind": "extract", "reference": "1"}]}
            """)
        .post("/v1/organizations/" + id + "/verify")
        .then()
        .statusCode(202);
    return id;
  }

  /** Changes what lies in the database, past the service. */
  public static void execute(String sql, Object... parameters) {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot lay the ground of a test", e);
    }
  }

  /** Takes the offer from the market; what was leased or ordered of it is looked after no more. */
  @Override
  public void close() {
    execute(
        "update lease set next_delivery_at = null, next_renewal_at = null, next_judgement_at = null"
            + " where provider_id = ?",
        provider.value());
    execute(
        "update capacity_order set state = 'CANCELLED', next_match_at = null, settled_at = now()"
            + " where state = 'OPEN' and request::jsonb ->> 'offerId' = ?",
        offer);
    as(provider, Role.PROVIDER).post("/v1/offers/" + offer + "/retire").then().statusCode(202);
  }
}
