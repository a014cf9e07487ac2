package io.berth.load;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A market of nodes with eight devices each: organizations over REST, everything else laid in the
 * database. Nodes, pools and offers are numbered from 1, and their identifiers have the number in
 * them, so that SQL can make them.
 */
final class LoadMarket {

  static final int DEVICES = 8;
  static final List<String> MODELS =
      List.of("nvidia-l40s", "nvidia-a100-80g-sxm", "nvidia-h100-sxm", "nvidia-h200-sxm");

  private static final int PROVIDERS = 8;
  private static final String COUNTRIES = "{FI,SE,DE,NL,FR}";
  private static final OrganizationId HOUSE = OrganizationId.fresh();

  private final URI service;
  private final SandboxIssuer issuer;
  private final SandboxDatabase database;

  LoadMarket(URI service, SandboxIssuer issuer, SandboxDatabase database) {
    this.service = service;
    this.issuer = issuer;
    this.database = database;
  }

  /** A tenant that may lease and has the money. */
  record Tenant(OrganizationId id, String token) {}

  /** SQL for the identifier of a node, from SQL for its number. */
  static String nodeId(String number) {
    return id("0", number);
  }

  private static String id(String kind, String number) {
    return "('00000000-000"
        + kind
        + "-7000-8000-' || lpad(to_hex(("
        + number
        + ")::bigint), 12, '0'))::uuid";
  }

  /** New tenants. */
  List<Tenant> tenants(int count) throws IOException {
    List<Tenant> tenants = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      OrganizationId tenant = organization("Tenant " + i);
      client(HOUSE, Role.OPERATOR)
          .post(
              "/v1/deposits",
              """
              {"organizationId": "%s", "reference": "%s",
               "amount": {"amountMicros": "1000000000000000", "currency": "USD"}}
              """
                  .formatted(tenant, tenant),
              tenant.toString());
      tenants.add(new Tenant(tenant, issuer.token("load", tenant.toString(), Set.of(Role.TENANT))));
    }
    return tenants;
  }

  /** Puts so many pools of so many nodes each on offer; the cheaper, the lower the number. */
  void lay(int pools, int nodesAPool) throws IOException, SQLException {
    List<String> providers = new ArrayList<>();
    for (int i = 0; i < PROVIDERS; i++) {
      providers.add("'" + organization("Provider " + i).value() + "'");
    }
    String provider =
        "(array[" + String.join(",", providers) + "]::uuid[])[1 + (pool - 1) % " + PROVIDERS + "]";
    String model =
        "('{" + String.join(",", MODELS) + "}'::text[])[1 + (pool - 1) % " + MODELS.size() + "]";
    String country = "('" + COUNTRIES + "'::text[])[1 + (pool - 1) / " + MODELS.size() + " % 5]";
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into cluster (id, provider_id, name, server, state, credentials, credential_type,"
              + " credentials_version, declarations, conditions, selling, next_sync_at, sync_epoch,"
              + " created_at) select "
              + id("1", "pool")
              + ", "
              + provider
              + ", 'cluster-' || pool,"
              + " 'https://192.0.2.1', 'ACTIVE', '', 'TOKEN', 0, '{}', '[]', true, '2100-01-01Z', 0,"
              + " now() from generate_series(1, "
              + pools
              + ") as pool");
      statement.execute(
          "insert into node_pool (id, cluster_id, provider_id, name, model_id, resource_name,"
              + " slot_kind, region, created_at) select "
              + id("2", "pool")
              + ", "
              + id("1", "pool")
              + ", "
              + provider
              + ", 'pool-' || pool, "
              + model
              + ", 'nvidia.com/gpu', 'WHOLE_DEVICE', lower("
              + country
              + ") || '-1', now()"
              + " from generate_series(1, "
              + pools
              + ") as pool");
      statement.execute(
          "insert into node (id, cluster_id, provider_id, pool_id, name, model_id, slots, country,"
              + " country_source, region, fabric, flags, conditions, observation, offerable,"
              + " sellable, created_at) select "
              + nodeId("node")
              + ", cluster_id, provider_id, id,"
              + " 'node-' || node, model_id, "
              + DEVICES
              + ", upper(left(region, 2)), 'DECLARED',"
              + " region, name || '-' || (node % 2),"
              + " '{\"stateFunded\": false, \"authorisations\": [], \"source\": \"declared\"}', '[]',"
              + " '{\"name\": \"n\", \"labels\": {}, \"taints\": [], \"ready\": true,"
              + " \"schedulable\": true, \"devices\": [], \"warnings\": []}', true, true, now()"
              + " from generate_series(1, "
              + pools * nodesAPool
              + ") as node"
              + " join node_pool on node_pool.id = "
              + id("2", "(node - 1) / " + nodesAPool + " + 1"));
      statement.execute(
          "insert into offer (id, provider_id, pool_id, price_micros, price_currency,"
              + " term_minutes_min, term_minutes_max, accelerators_min, accelerators_max,"
              + " turnaround_minutes, price_basis, price_note, state, created_at) select "
              + id("3", "pool")
              + ", "
              + provider
              + ", "
              + id("2", "pool")
              + ", 500000 + pool * 5000, 'USD', 1, 1000000, 1, 100000, 0, 'QUOTED', '',"
              + " 'PUBLISHED', now() from generate_series(1, "
              + pools
              + ") as pool");
      statement.execute("analyze");
    }
  }

  /**
   * Gives a tenant live leases on the nodes from the first on, a whole node each, and as many nodes
   * a reservation ahead.
   */
  void lease(OrganizationId tenant, int live, int ahead) throws SQLException {
    lease(tenant, 1, live, "now() - interval '5 hours'", "now() + interval '100 hours'", "ACTIVE");
    lease(
        tenant,
        live + 1,
        ahead,
        "now() + interval '200 hours'",
        "now() + interval '300 hours'",
        "RESERVED");
  }

  private void lease(
      OrganizationId tenant, int from, int count, String start, String end, String state)
      throws SQLException {
    String of =
        " from generate_series("
            + from
            + ", "
            + (from + count - 1)
            + ") as number"
            + " join node on node.id = "
            + nodeId("(number - 1) % " + live(from, count) + " + 1")
            + " join offer on offer.pool_id = node.pool_id";
    String minute = "date_trunc('minute', ";
    String period = minute + start + "), " + minute + end + ")";
    String price =
        "json_build_object('stretches', json_build_array(json_build_object('period',"
            + " json_build_object('start', to_char("
            + minute
            + start
            + ") at time zone 'UTC',"
            + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'end', to_char("
            + minute
            + end
            + ") at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')), 'accelerators', 8,"
            + " 'pricePerAcceleratorHour', json_build_object('micros', price_micros, 'currency',"
            + " 'USD'))))::text";
    run(
        "insert into quote (id, tenant_id, provider_id, cluster_id, pool_id, offer_id, decision_id,"
            + " state, model_id, start_at, end_at, turnaround_seconds, accelerators, price_micros,"
            + " total_micros, currency, use_profile, warnings, expires_at, created_at) select "
            + id("4", "number")
            + ", ?, node.provider_id, cluster_id, node.pool_id, offer.id, "
            + id("5", "number")
            + ", 'CONFIRMED', model_id, "
            + period
            + ", 0, 8, price_micros,"
            + " price_micros * 800, 'USD', '{}', '[]', now(), now()"
            + of,
        tenant);
    run(
        "insert into lease (id, tenant_id, provider_id, cluster_id, pool_id, offer_id, quote_id,"
            + " decision_id, state, model_id, start_at, end_at, turnaround_seconds, accelerators,"
            + " price_micros, total_micros, currency, use_profile, conditions, created_at,"
            + " judged_decision_id, judged_verdict, judged_outcome, judged_at, price) select "
            + id("6", "number")
            + ", ?, node.provider_id, cluster_id, node.pool_id, offer.id, "
            + id("4", "number")
            + ", "
            + id("5", "number")
            + ", '"
            + state
            + "', model_id, "
            + period
            + ", 0, 8, price_micros, price_micros * 800, 'USD', '{}', '[]', now(), "
            + id("5", "number")
            + ", 'ALLOW', '', now(), "
            + price
            + of,
        tenant);
    run(
        "insert into allocation (id, quote_id, lease_id, node_id, slots, period, state) select "
            + id("7", "number")
            + ", "
            + id("4", "number")
            + ", "
            + id("6", "number")
            + ", node.id, '{[0,8)}', tstzrange("
            + period
            + "), 'LEASED'"
            + of);
  }

  /** Those ahead are on the same nodes as the live ones. */
  private static int live(int from, int count) {
    return from == 1 ? count : from - 1;
  }

  private void run(String sql, OrganizationId... parameters) throws SQLException {
    try (Connection connection = database.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i].value());
      }
      statement.executeUpdate();
    }
  }

  /** A new organization that may lease and provide. */
  OrganizationId organization(String name) throws IOException {
    String id =
        client(HOUSE, Role.OPERATOR)
            .post(
                "/v1/organizations",
                """
                {"name": "%s of the load test", "facts": {"residenceCountry": "FI",
                 "ultimateParentCountry": "FI", "endUseCountry": "FI",
                 "owners": [{"name": "Family", "percent": 100, "listed": false}],
                 "ownersComplete": true, "profile": {"mode": "remote", "workload": "inference",
                 "dataResidency": "none", "usNexus": false}}}
                """
                    .formatted(name),
                UUID.randomUUID().toString())
            .get("id")
            .asText();
    client(HOUSE, Role.COMPLIANCE)
        .post(
            "/v1/organizations/" + id + "/verify",
            """
            {"reason": "The register agrees.", "evidence": [{"kind": "extract", "reference": "1"}]}
            """,
            "");
    return OrganizationId.fromString(id);
  }

  private LoadClient client(OrganizationId organization, String role) {
    // Who verifies is not who entered.
    return new LoadClient(
        service, issuer.token("load-" + role, organization.toString(), Set.of(role)));
  }
}
