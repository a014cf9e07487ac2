package io.berth.compliance.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.compliance.SimulationId;
import io.berth.platform.ProblemException;
import io.berth.platform.StoredJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;

/** Keeps simulations as they were answered; only officers come here. */
@ApplicationScoped
public class SimulationStore {

  private final StoredJson json;

  SimulationStore(StoredJson json) {
    this.json = json;
  }

  Uni<Void> insert(SqlConnection connection, Simulation simulation) {
    return connection
        .preparedQuery(
            "insert into simulation (id, asked_by, organization_id, result, created_at)"
                + " values ($1, $2, $3, $4, $5)")
        .execute(
            Tuple.of(
                simulation.id().value(),
                simulation.askedBy(),
                simulation.organization().value(),
                json.write(simulation),
                simulation.createdAt().atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  /** One; fails with 404. */
  Uni<Simulation> get(SqlConnection connection, SimulationId id) {
    return connection
        .preparedQuery("select result from simulation where id = $1")
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("simulation", id);
          }
          return json.read(rows.iterator().next().getString(0), new TypeReference<Simulation>() {});
        });
  }
}
