package io.berth.leasing.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.WindDown;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The lease, in a file of evidence about it. */
@ApplicationScoped
public class LeaseEvidence implements EvidencePart {

  private final LeaseStore leases;
  private final LeaseDebts debts;
  private final LeaseViews views;
  private final Database database;

  LeaseEvidence(LeaseStore leases, LeaseDebts debts, LeaseViews views, Database database) {
    this.leases = leases;
    this.debts = debts;
    this.views = views;
    this.database = database;
  }

  @Override
  public String name() {
    return "lease";
  }

  @Override
  public int step() {
    return LEASE;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    LeaseId id = LeaseId.fromString(trace.of("lease").getFirst());
    return database
        .sql(
            scope,
            connection ->
                leases
                    .get(connection, scope, id)
                    .call(lease ->
                        debts
                            .of(connection, id)
                            .invoke(owed -> owed.forEach(debt -> trace.add(debt.id())))))
        .invoke(lease -> follow(lease, trace))
        .chain(views::of);
  }

  private static void follow(Lease lease, EvidenceTrace trace) {
    trace.add(lease.tenant());
    trace.add(lease.provider());
    trace.add(lease.cluster());
    trace.add(lease.offer());
    trace.add(lease.quote());
    trace.add(lease.decision());
    trace.add(lease.judgement().decision());
    WindDown windDown = lease.windDown();
    if (windDown != null && windDown.decision() != null) {
      trace.add(windDown.decision());
    }
    if (windDown != null && windDown.order() != null) {
      trace.add(windDown.order());
    }
    lease.slots().forEach(slots -> trace.add(slots.node()));
    lease.formerNodes().forEach(trace::add);
  }
}
