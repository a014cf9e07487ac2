package io.berth.leasing.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.leasing.Job;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.JobApi.JobView;
import io.berth.platform.Database;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A lease's jobs, in a file of evidence about it; what their variables hold is left out. */
@ApplicationScoped
public class JobEvidence implements EvidencePart {

  /** Tenants hand secrets to their jobs in variables. */
  private static final String REDACTED = "(redacted)";

  private final JobStore jobs;
  private final Database database;

  JobEvidence(JobStore jobs, Database database) {
    this.jobs = jobs;
    this.database = database;
  }

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public int step() {
    return SUBJECTS;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    LeaseId lease = LeaseId.fromString(trace.of("lease").getFirst());
    List<JobView> views = new ArrayList<>();
    return Multi.createBy()
        .repeating()
        .uni(() -> page(scope, lease, views, trace))
        .whilst(more -> more)
        .collect()
        .last()
        .replaceWith(views);
  }

  /** Reads the next page; says whether there is more. */
  private Uni<Boolean> page(Scope scope, LeaseId lease, List<JobView> views, EvidenceTrace trace) {
    Optional<String> after = views.isEmpty() ? Optional.empty() : Optional.of(views.getLast().id());
    return database
        .sql(
            scope,
            connection ->
                jobs.list(
                    connection, scope, lease, new PageRequest(PageRequest.SIZE_MAX, after, "")))
        .map(page -> {
          for (Job job : page.items()) {
            trace.add(job.id());
            trace.add(job.decision());
            views.add(JobView.of(redacted(job)));
          }
          boolean isFull = views.size() >= EvidenceTrace.IDS_MAX;
          if (isFull && page.nextPageToken() != null) {
            trace.truncated(name());
          }
          return page.nextPageToken() != null && !isFull;
        });
  }

  private static Job redacted(Job job) {
    JobSpec spec = job.spec();
    TreeMap<String, String> names = new TreeMap<>();
    spec.env().keySet().forEach(name -> names.put(name, REDACTED));
    return new Job(
        job.id(),
        job.lease(),
        job.tenant(),
        job.decision(),
        job.cancelRequested(),
        spec.withEnv(names),
        job.seen(),
        job.createdAt(),
        job.version());
  }
}
