package io.berth.leasing.internal;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.NoticeId;
import io.berth.leasing.NoticeKind;
import io.berth.leasing.internal.NoticeApi.NoticeView;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.berth.policy.DecisionId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Keeps what parties are told of their leases. */
@ApplicationScoped
public class NoticeStore {

  /**
   * What is told of a lease, of whose money each party is told its own alone.
   *
   * @param tenant what its tenant is told
   * @param provider what its provider is
   */
  record Message(String tenant, String provider) {}

  /** Tells tenant and provider. */
  public Uni<Void> tell(
      SqlConnection connection,
      Lease lease,
      NoticeKind kind,
      String message,
      @Nullable DecisionId decision,
      @Nullable Instant endsAt,
      Instant now) {
    return tell(connection, lease, kind, new Message(message, message), decision, endsAt, now);
  }

  /** Tells each its own; an organization that is both, what the tenant is told. */
  Uni<Void> tell(
      SqlConnection connection,
      Lease lease,
      NoticeKind kind,
      Message message,
      @Nullable DecisionId decision,
      @Nullable Instant endsAt,
      Instant now) {
    List<OrganizationId> parties = List.of(lease.tenant(), lease.provider());
    return tell(connection, lease, parties, kind, message, decision, endsAt, now);
  }

  /** Tells the tenant of what is not its provider's to know. */
  Uni<Void> tellTenant(
      SqlConnection connection, Lease lease, NoticeKind kind, String message, Instant now) {
    return tell(
        connection,
        lease,
        List.of(lease.tenant()),
        kind,
        new Message(message, message),
        null,
        null,
        now);
  }

  private static Uni<Void> tell(
      SqlConnection connection,
      Lease lease,
      List<OrganizationId> parties,
      NoticeKind kind,
      Message message,
      @Nullable DecisionId decision,
      @Nullable Instant endsAt,
      Instant now) {
    List<Tuple> rows =
        parties.stream()
            .distinct()
            .map(party ->
                Tuple.tuple()
                    .addUUID(NoticeId.fresh().value())
                    .addUUID(party.value())
                    .addUUID(lease.id().value())
                    .addString(kind.name())
                    .addString(party.equals(lease.tenant()) ? message.tenant() : message.provider())
                    .addUUID(decision == null ? null : decision.value())
                    .addOffsetDateTime(endsAt == null ? null : endsAt.atOffset(ZoneOffset.UTC))
                    .addOffsetDateTime(now.atOffset(ZoneOffset.UTC)))
            .toList();
    return connection
        .preparedQuery(
            "insert into notice"
                + " (id, organization_id, lease_id, kind, message, decision_id, ends_at, at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .executeBatch(rows)
        .replaceWithVoid();
  }

  /** What the scope's organization was told, oldest first. */
  Uni<Page<NoticeView>> list(
      SqlConnection connection, Scope scope, @Nullable LeaseId lease, PageRequest page) {
    UUID after = page.afterId(NoticeId::fromString).map(NoticeId::value).orElse(null);
    return connection
        .preparedQuery(
            "select id, organization_id, lease_id, kind, message, decision_id, ends_at, at"
                + " from notice where ($1::uuid is null or organization_id = $1)"
                + " and ($2::uuid is null or lease_id = $2)"
                + " and ($3::uuid is null or id > $3) order by id limit $4")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                lease == null ? null : lease.value(),
                after,
                page.limit()))
        .map(rows ->
            page.page(
                StreamSupport.stream(rows.spliterator(), false).map(NoticeStore::view).toList(),
                NoticeView::id));
  }

  private static NoticeView view(Row row) {
    UUID decision = row.getUUID("decision_id");
    OffsetDateTime endsAt = row.getOffsetDateTime("ends_at");
    return new NoticeView(
        new NoticeId(row.getUUID("id")).toString(),
        new OrganizationId(row.getUUID("organization_id")).toString(),
        new LeaseId(row.getUUID("lease_id")).toString(),
        NoticeKind.valueOf(row.getString("kind")),
        row.getString("message"),
        decision == null ? null : new DecisionId(decision).toString(),
        endsAt == null ? null : endsAt.toInstant(),
        row.getOffsetDateTime("at").toInstant());
  }
}
