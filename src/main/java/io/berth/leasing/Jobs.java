package io.berth.leasing;

import io.berth.leasing.internal.JobStore;
import io.berth.platform.Database;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Jobs, for rooms that show more of them than the leasing room knows. */
@ApplicationScoped
public class Jobs {

  private final JobStore jobs;
  private final Database database;

  Jobs(JobStore jobs, Database database) {
    this.jobs = jobs;
    this.database = database;
  }

  /** One job; fails with {@link ProblemException} 404 where the scope does not see it. */
  public Uni<Job> get(Scope scope, JobId id) {
    return database.sql(scope, connection -> jobs.get(connection, scope, id, false));
  }
}
