package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class JobIsolationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA_VISIBLE_DEVICES",
        "NVIDIA_MIG_CONFIG_DEVICES",
        "NVIDIA_IMEX_CHANNELS",
        "AMD_VISIBLE_DEVICES",
        "ASCEND_VISIBLE_DEVICES",
        "HABANA_VISIBLE_DEVICES",
        "BIREN_VISIBLE_DEVICES"
      })
  void refusesVariablesThatTellTheRuntimeWhichDevicesToShow(String name) {
    submit("{\"%s\": \"all\"}".formatted(name))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", is("/env/" + name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES",
        "ROCR_VISIBLE_DEVICES",
        "ASCEND_RT_VISIBLE_DEVICES",
        "NVIDIA_TF32_OVERRIDE"
      })
  void letsAProgramChooseAmongItsOwnDevices(String name) {
    // Past the check: there is no such lease.
    submit("{\"%s\": \"0\"}".formatted(name)).then().statusCode(404);
  }

  @Test
  void cancelsAJobWhileItsLeaseIsWorkedOn() throws Exception {
    Response quote =
        SeededMarket.once("tenant")
            .body(
                """
                {"models": ["nvidia-h200-sxm"], "countries": ["DE"], "accelerators": 1, "duration": "PT1H",
                 "start": "2027-01-01T00:00:00Z"}
                """)
            .post("/v1/quotes");
    Response lease =
        SeededMarket.once("tenant").post("/v1/quotes/" + quote.path("id") + "/confirm");
    Response job =
        SeededMarket.once("tenant")
            .body("{\"name\": \"a\", \"image\": \"x/y:1\", \"accelerators\": 1}")
            .post("/v1/leases/" + lease.path("id") + "/jobs");
    job.then().statusCode(201);
    LeaseId leaseId = LeaseId.fromString(lease.path("id"));
    JobId jobId = JobId.fromString(job.path("id"));
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      // A lease that ends locks itself, then its jobs.
      statement.execute(
          "select 1 from lease where id = '%s' for update".formatted(leaseId.value()));
      Future<Response> cancelled =
          thread.submit(
              () -> SeededMarket.as("tenant").post("/v1/jobs/" + job.path("id") + "/cancel"));
      awaitWaiting(cancelled);
      statement.execute("set local lock_timeout = '2s'");
      statement.execute(
          "update job set message = message where id = '%s'".formatted(jobId.value()));
      connection.commit();

      cancelled.get().then().statusCode(202).body("cancelRequested", is(true));
    }
    SeededMarket.as("tenant")
        .post("/v1/leases/" + lease.path("id") + "/cancel")
        .then()
        .statusCode(202);
  }

  private static Response submit(String env) {
    return SeededMarket.once("tenant")
        .body(
            """
            {"name": "a", "image": "x/y:1", "accelerators": 1, "env": %s}
            """
                .formatted(env))
        .post("/v1/leases/" + LeaseId.fresh() + "/jobs");
  }

  /** Until it waits for a lock; at once where it has its answer without. */
  private static void awaitWaiting(Future<Response> asked) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      boolean waits = false;
      while (!waits && !asked.isDone()) {
        try (ResultSet count =
            statement.executeQuery(
                "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and query like '%lease%'")) {
          count.next();
          waits = count.getBoolean(1);
        }
      }
      assertThat(waits).isTrue();
    }
  }
}
