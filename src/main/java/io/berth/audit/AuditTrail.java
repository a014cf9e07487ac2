package io.berth.audit;

import io.berth.platform.Id;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;

/** Writes the audit trail, in the transaction of what it records. */
@ApplicationScoped
public class AuditTrail {

  private final StoredJson json;
  private final Clock clock;

  AuditTrail(StoredJson json, Clock clock) {
    this.json = json;
    this.clock = clock;
  }

  /**
   * Records one action.
   *
   * @param scope who is responsible
   * @param action what was done, such as {@code offer.publish}
   * @param subject to what
   * @param detail becomes JSON; must hold no secret
   */
  public Uni<Void> append(Tx tx, Scope scope, String action, Id subject, Object detail) {
    String organization = scope.organization().map(id -> id.value().toString()).orElse("");
    return tx.execute(
            "insert into audit_entry (id, at, actor, organization_id, action, subject, detail)"
                + " values ($1, $2, $3, cast(nullif($4, '') as uuid), $5, $6, $7)",
            Id.fresh(),
            clock.instant().atOffset(ZoneOffset.UTC),
            scope.actor(),
            organization,
            action,
            subject.toString(),
            json.write(detail))
        .replaceWithVoid();
  }
}
