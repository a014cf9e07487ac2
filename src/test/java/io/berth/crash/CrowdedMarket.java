package io.berth.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Few nodes and many tenants who want them: organizations over REST, nodes laid in the database.
 */
final class CrowdedMarket {

  private static final OrganizationId HOUSE = OrganizationId.fresh();
  private static final String MODEL = "nvidia-l40s";

  private final ServiceProcess service;
  private final SandboxIssuer issuer;
  private final SandboxDatabase database;
  private final String offer;

  /** Opens it: one offer of so many nodes with eight devices each. */
  CrowdedMarket(ServiceProcess service, SandboxIssuer issuer, SandboxDatabase database, int nodes)
      throws SQLException {
    this.service = service;
    this.issuer = issuer;
    this.database = database;
    OrganizationId provider = organization("Provider");
    NodePoolId pool = NodePoolId.fresh();
    lay(provider, pool, nodes);
    StubbornClient seller = client(provider, Role.PROVIDER);
    offer =
        made(
            seller,
            "/v1/offers",
            """
            {"poolId": "%s", "pricePerAcceleratorHour": {"amountMicros": "1000000", "currency": "USD"},
             "termMin": "PT1H", "termMax": "PT240H", "turnaround": "PT0S"}
            """
                .formatted(pool));
    assertThat(seller.act("/v1/offers/" + offer + "/publish").status()).isEqualTo(202);
  }

  /** What sells the nodes. */
  String offer() {
    return offer;
  }

  /** The token of a new tenant that may lease and has the money. */
  String tenant() {
    OrganizationId tenant = organization("Tenant");
    made(
        client(HOUSE, Role.OPERATOR),
        "/v1/deposits",
        """
        {"organizationId": "%s", "reference": "%s",
         "amount": {"amountMicros": "1000000000000", "currency": "USD"}}
        """
            .formatted(tenant, tenant));
    return token(tenant, Role.TENANT);
  }

  private OrganizationId organization(String name) {
    String id =
        made(
            client(HOUSE, Role.OPERATOR),
            "/v1/organizations",
            """
            {"name": "%s of a test", "facts": {"residenceCountry": "FI",
             "ultimateParentCountry": "FI", "endUseCountry": "FI",
             "owners": [{"name": "Family", "percent": 100, "listed": false}],
             "ownersComplete": true, "profile": {"mode": "remote", "workload": "inference",
             "dataResidency": "none", "usNexus": false}}}
            """
                .formatted(name));
    StubbornClient.Answer verified =
        client(HOUSE, Role.COMPLIANCE)
            .change(
                "/v1/organizations/" + id + "/verify",
                """
                {"reason": "The register agrees.", "evidence": [{"kind": "extract", "reference": "1"}]}
                """);
    assertThat(verified.status()).as(verified.body()).isEqualTo(202);
    return OrganizationId.fromString(id);
  }

  private static String made(StubbornClient client, String path, String body) {
    StubbornClient.Answer answer = client.once(path, body, UUID.randomUUID().toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.id();
  }

  private StubbornClient client(OrganizationId organization, String role) {
    return new StubbornClient(service, token(organization, role));
  }

  private String token(OrganizationId organization, String role) {
    // Who verifies is not who entered.
    return issuer.token("test-" + role, organization.toString(), Set.of(role));
  }

  private void lay(OrganizationId provider, NodePoolId pool, int nodes) throws SQLException {
    UUID cluster = Id.fresh();
    execute(
        """
        insert into cluster (id, provider_id, name, server, state, credentials, credential_type,
          credentials_version, declarations, conditions, selling, next_sync_at, sync_epoch, created_at)
        values (?, ?, 'crowded', 'https://192.0.2.1', 'ACTIVE', '', 'TOKEN', 0, '{}', '[]', true,
          '2100-01-01Z', 0, now())
        """,
        List.of(cluster, provider.value()));
    execute(
        """
        insert into node_pool (id, cluster_id, provider_id, name, model_id, resource_name, slot_kind,
          created_at)
        values (?, ?, ?, 'crowded', ?, 'nvidia.com/gpu', 'WHOLE_DEVICE', now())
        """,
        List.of(pool.value(), cluster, provider.value(), MODEL));
    for (int node = 0; node < nodes; node++) {
      List<Object> values = new ArrayList<>(List.of(NodeId.fresh().value(), cluster));
      values.addAll(List.of(provider.value(), pool.value(), "node-" + node, MODEL));
      execute(
          """
          insert into node (id, cluster_id, provider_id, pool_id, name, model_id, slots, country,
            country_source, flags, conditions, observation, offerable, sellable, created_at)
          values (?, ?, ?, ?, ?, ?, 8, 'FI', 'DECLARED',
            '{"stateFunded": false, "authorisations": [], "source": "declared"}', '[]',
            '{"name": "n", "labels": {}, "taints": [], "ready": true, "schedulable": true, "devices": [],
              "warnings": []}', true, true, now())
          """,
          values);
    }
  }

  private void execute(String sql, List<?> parameters) throws SQLException {
    try (Connection connection = database.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      statement.executeUpdate();
    }
  }
}
