package io.berth.leasing.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.leasing.LeaseId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes resting orders due where something came that they may wait for. Only so that they are
 * filled sooner: all are tried from time to time, whatever is told.
 */
@ApplicationScoped
public class OrderWakes implements OutboxConsumer {

  /** Under which its deliveries are kept. */
  static final String NAME = "leasing.orderWakes";

  /** What brings capacity. */
  static final Set<String> OF_CAPACITY =
      Set.of(
          "offer.published",
          "offer.changed",
          "maintenance.cancelled",
          "quote.released",
          "lease.ended",
          "lease.shrunk",
          "lease.released",
          "cluster.capacityCame",
          "node.flagsChanged");

  /** What brings what else an order may wait for: facts, rules, people's word, money. */
  static final Set<String> OF_PARTIES =
      Set.of(
          "policy.packsChanged",
          "organization.factsChanged",
          "organization.verified",
          "organization.screened",
          "authorisation.changed",
          "case.approved",
          "account.credited");

  private static final Scope SCOPE = Scope.system("leasing");

  private final OrderMatchStore matches;
  private final Database database;
  private final Clock clock;

  OrderWakes(OrderMatchStore matches, Database database, Clock clock) {
    this.matches = matches;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> types() {
    return Stream.concat(OF_CAPACITY.stream(), OF_PARTIES.stream()).collect(Collectors.toSet());
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    Instant now = clock.instant();
    return database.sql(SCOPE, connection -> wake(connection, event, now));
  }

  private Uni<Void> wake(SqlConnection connection, OutboxEvent event, Instant now) {
    return switch (event.type()) {
      case "offer.published", "offer.changed", "maintenance.cancelled" ->
          matches.wakePool(connection, NodePoolId.fromString(member(event, "pool")).value(), now);
      case "quote.released" -> matches.wakeModel(connection, member(event, "model"), now);
      case "lease.ended", "lease.shrunk", "lease.released" ->
          matches.wakeLease(connection, LeaseId.fromString(event.subject()), now);
      case "cluster.capacityCame" ->
          matches.wakeCluster(connection, ClusterId.fromString(event.subject()).value(), now);
      case "node.flagsChanged" -> matches.wakeModel(connection, member(event, "modelId"), now);
      case "policy.packsChanged" -> matches.wakeAll(connection, now);
      case "authorisation.changed" -> matches.wakeParty(connection, party(event, "holder"), now);
      case "case.approved", "account.credited" ->
          matches.wakeParty(connection, party(event, "organization"), now);
      default -> matches.wakeParty(connection, OrganizationId.fromString(event.subject()), now);
    };
  }

  private static OrganizationId party(OutboxEvent event, String member) {
    return OrganizationId.fromString(member(event, member));
  }

  private static String member(OutboxEvent event, String name) {
    return event.payload().path(name).asText();
  }
}
