package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.LeaseTransfer;
import io.berth.leasing.LeaseTransferId;
import io.berth.leasing.TransferState;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads and writes transfers of leases. */
@ApplicationScoped
public class TransferStore {

  private static final String COLUMNS =
      "id, lease_id, tenant_id, recipient_id, state, end_at, accelerators, price, new_lease_id,"
          + " created_at, settled_at, version";

  /** A transfer is seen by who proposes it and by its recipient. */
  private static final String SEEN = "($1::uuid is null or tenant_id = $1 or recipient_id = $1)";

  private final StoredJson json;

  TransferStore(StoredJson json) {
    this.json = json;
  }

  /** Adds a proposal; gives 0 where there is one of the lease already. */
  Uni<Integer> insert(SqlConnection connection, LeaseTransfer transfer, String by) {
    return connection
        .preparedQuery(
            "insert into lease_transfer (id, lease_id, tenant_id, recipient_id, state, end_at,"
                + " accelerators, price, proposed_by, created_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                + " on conflict (lease_id) where state = 'PROPOSED' do nothing")
        .execute(
            Tuple.tuple()
                .addUUID(transfer.id().value())
                .addUUID(transfer.lease().value())
                .addUUID(transfer.tenant().value())
                .addUUID(transfer.recipient().value())
                .addString(transfer.state().name())
                .addOffsetDateTime(utc(transfer.end()))
                .addInteger(transfer.accelerators())
                .addString(json.write(transfer.price()))
                .addString(by)
                .addOffsetDateTime(utc(transfer.createdAt())))
        .map(rows -> rows.rowCount());
  }

  /** Whether somebody may accept a lease. */
  Uni<Boolean> isProposed(SqlConnection connection, LeaseId lease) {
    return connection
        .preparedQuery("select from lease_transfer where lease_id = $1 and state = 'PROPOSED'")
        .execute(Tuple.of(lease.value()))
        .map(rows -> rows.size() > 0);
  }

  /** One that the scope sees, locked against change where asked; fails with 404. */
  Uni<LeaseTransfer> get(SqlConnection connection, Scope scope, LeaseTransferId id, boolean lock) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from lease_transfer where "
                + SEEN
                + " and id = $2"
                + (lock ? " for update" : ""))
        .execute(Tuple.of(scope.organizationFilter(), id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("transfer", id);
          }
          return transfer(rows.iterator().next());
        });
  }

  /** Those that the scope sees, by id. */
  Uni<Page<LeaseTransfer>> list(SqlConnection connection, Scope scope, PageRequest page) {
    UUID after = page.afterId(LeaseTransferId::fromString).map(LeaseTransferId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from lease_transfer where "
                + SEEN
                + " and ($2::uuid is null or id > $2) order by id limit $3")
        .execute(Tuple.of(scope.organizationFilter(), after, page.limit()))
        .map(rows ->
            page.page(
                StreamSupport.stream(rows.spliterator(), false).map(this::transfer).toList(),
                transfer -> transfer.id().toString()));
  }

  /** Ends a locked proposal. */
  Uni<Void> settle(
      SqlConnection connection,
      LeaseTransferId id,
      TransferState state,
      @Nullable LeaseId newLease,
      Instant now) {
    return connection
        .preparedQuery(
            "update lease_transfer set state = $2, new_lease_id = $3, settled_at = $4,"
                + " version = version + 1 where id = $1 and state = 'PROPOSED'")
        .execute(
            Tuple.of(
                id.value(), state.name(), newLease == null ? null : newLease.value(), utc(now)))
        .replaceWithVoid();
  }

  private LeaseTransfer transfer(Row row) {
    UUID newLease = row.getUUID("new_lease_id");
    OffsetDateTime settledAt = row.getOffsetDateTime("settled_at");
    return new LeaseTransfer(
        new LeaseTransferId(row.getUUID("id")),
        new LeaseId(row.getUUID("lease_id")),
        new OrganizationId(row.getUUID("tenant_id")),
        new OrganizationId(row.getUUID("recipient_id")),
        TransferState.valueOf(row.getString("state")),
        row.getOffsetDateTime("end_at").toInstant(),
        row.getInteger("accelerators"),
        json.read(row.getString("price"), new TypeReference<LeasePrice>() {}),
        newLease == null ? null : new LeaseId(newLease),
        row.getOffsetDateTime("created_at").toInstant(),
        settledAt == null ? null : settledAt.toInstant(),
        row.getLong("version"));
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
