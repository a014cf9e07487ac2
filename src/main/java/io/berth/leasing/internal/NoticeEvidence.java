package io.berth.leasing.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.leasing.LeaseId;
import io.berth.platform.Database;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** What the parties were told about a lease, in a file of evidence about it. */
@ApplicationScoped
public class NoticeEvidence implements EvidencePart {

  private final NoticeStore notices;
  private final Database database;

  NoticeEvidence(NoticeStore notices, Database database) {
    this.notices = notices;
    this.database = database;
  }

  @Override
  public String name() {
    return "notices";
  }

  @Override
  public int step() {
    return SUBJECTS;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    LeaseId lease = LeaseId.fromString(trace.of("lease").getFirst());
    return database
        .sql(
            scope,
            connection ->
                notices.list(
                    connection,
                    scope,
                    lease,
                    new PageRequest(PageRequest.SIZE_MAX, Optional.empty(), "")))
        .map(page -> {
          if (page.nextPageToken() != null) {
            trace.truncated(name());
          }
          return page.items();
        });
  }
}
