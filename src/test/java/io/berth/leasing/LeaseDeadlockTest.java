package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.OwnMarket;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What gives back slots while the database ends its transactions as deadlocks. A trigger ends them,
 * as often as its sequence says, which no rollback sets back.
 */
@BerthTest
class LeaseDeadlockTest {

  private static final int ATTEMPTS_MAX = 5;

  @Inject Clock clock;

  private OwnMarket market;
  private OrganizationId tenant;
  private String lease;

  @BeforeEach
  void open() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 2);
    tenant = OwnMarket.tenant("DE");
    String start =
        clock.instant().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.DAYS).toString();
    lease = market.lease(tenant, 16, start, "PT1H");
  }

  @AfterEach
  void close() throws SQLException {
    execute(
        "drop function if exists test_deadlock cascade; drop sequence if exists test_deadlocks");
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void shrinksAtTheNextTry() throws SQLException {
    deadlock(2);

    OwnMarket.once(tenant)
        .body("{\"accelerators\": 8}")
        .post("/v1/leases/" + lease + "/shrink")
        .then()
        .statusCode(202)
        .body("accelerators", is(8));

    assertThat(attempts()).isGreaterThan(2);
  }

  @Test
  void cancelsAtTheNextTry() throws SQLException {
    deadlock(2);

    cancel(202);

    assertThat(attempts()).isGreaterThan(2);
    OwnMarket.as(tenant, Role.TENANT).get("/v1/leases/" + lease).then().body("state", is("ended"));
  }

  @Test
  void saysSoWhereItNeverEnds() throws SQLException {
    deadlock(Integer.MAX_VALUE);

    cancel(409);

    // Whoever judges the lease meanwhile meets the same.
    assertThat(attempts()).isGreaterThanOrEqualTo(ATTEMPTS_MAX);
    execute("drop function test_deadlock cascade");
    cancel(202);
  }

  private void cancel(int status) {
    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/leases/" + lease + "/cancel")
        .then()
        .statusCode(status);
  }

  /** Ends the next changes of the lease as deadlocks. */
  private void deadlock(int times) throws SQLException {
    execute(
        """
        create sequence test_deadlocks;
        create function test_deadlock() returns trigger language plpgsql security definer as $$
        begin
          if nextval('test_deadlocks') <= %d then
            raise exception 'deadlock of a test' using errcode = '40P01';
          end if;
          return new;
        end $$;
        create trigger test_deadlock before update on lease
          for each row when (old.tenant_id = '%s') execute function test_deadlock();
        """
            .formatted(times, tenant.value()));
  }

  private static int attempts() throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select last_value from test_deadlocks")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
