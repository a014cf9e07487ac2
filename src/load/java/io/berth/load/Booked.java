package io.berth.load;

import io.berth.load.LoadMarket.Tenant;
import io.berth.sandbox.SandboxDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A tenant's newest booking, as the database has it.
 *
 * @param account the tenant's
 */
record Booked(String node, String account, Instant start, Instant end) {

  static Booked newest(SandboxDatabase database, Tenant tenant) throws SQLException {
    try (Connection connection = database.superuser();
        PreparedStatement query =
            connection.prepareStatement(
                "select node_id::text, account.id::text, start_at, end_at from lease"
                    + " join allocation on lease_id = lease.id join ledger_account account on"
                    + " organization_id = tenant_id and account.kind = 'TENANT' where tenant_id = ?"
                    + " order by lease.id desc limit 1")) {
      query.setObject(1, tenant.id().value());
      try (var rows = query.executeQuery()) {
        rows.next();
        return new Booked(
            rows.getString(1),
            rows.getString(2),
            rows.getObject(3, OffsetDateTime.class).toInstant(),
            rows.getObject(4, OffsetDateTime.class).toInstant());
      }
    }
  }
}
